import { expect, type Page, test } from "@playwright/test";

// The main job against the release binary: a customer types on a virtual phone, an agent answers in the browser, the customer
// reads it. Nothing is reloaded on either side.

const sandboxUrl = process.env.RECADO_SANDBOX_URL ?? "http://127.0.0.1:8081";

async function signIn(page: Page) {
  await page.goto("/");
  await page.getByLabel("Email").fill(process.env.RECADO_EMAIL ?? "");
  await page.getByLabel("Password", { exact: true }).fill(process.env.RECADO_PASSWORD ?? "");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("list", { name: "Conversations" })).toBeVisible();
}

/** A customer of this run's own, on the phone page. */
async function newCustomer(page: Page, name: string) {
  await page.goto(`${sandboxUrl}/sandbox`);
  await page.getByRole("button", { name: "Add customer" }).first().click();
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: /^Add/ }).last().click();
  await expect(page.getByRole("textbox", { name: `Message as ${name}` })).toBeVisible();
}

async function sayOnPhone(page: Page, name: string, text: string) {
  const box = page.getByRole("textbox", { name: `Message as ${name}` });
  await box.fill(text);
  await box.press("Enter");
}

test("a message from a phone is answered in the inbox, and its ticks follow", async ({ browser }) => {
  const name = `Nora ${Date.now()}`;
  const inbox = await (await browser.newContext()).newPage();
  const phone = await (await browser.newContext()).newPage();
  await signIn(inbox);
  await inbox.getByRole("tab", { name: /All/ }).click();
  await newCustomer(phone, name);

  // It appears in the open list, live, on top and unread.
  await sayOnPhone(phone, name, "Do you have croissants left?");
  const row = inbox
    .getByRole("list", { name: "Conversations" })
    .getByRole("listitem")
    .filter({ hasText: name });
  await expect(row).toContainText("Do you have croissants left?");
  await row.click();
  const thread = inbox.getByRole("log", { name: "Messages" });
  await expect(thread.getByText("Do you have croissants left?")).toBeVisible();
  // Looking at what is nobody's takes nothing and tells nobody; who attends to it has read it, and the customer sees that.
  await expect(phone.getByRole("log").getByText("Read", { exact: true })).toHaveCount(0);
  await inbox.getByRole("button", { name: "Attend", exact: true }).click();
  await expect(phone.getByRole("log").getByText("Read", { exact: true })).toHaveCount(1);

  // A second one arrives while the thread is open.
  await sayOnPhone(phone, name, "Two would do!");
  await expect(thread.getByText("Two would do!")).toBeVisible();

  // The phone is switched off: the reply is accepted and waits.
  await phone.getByRole("switch", { name: "Online" }).click();
  const box = inbox.getByRole("textbox", { name: "Message" });
  await box.fill("Yes, four of them. Shall I keep two?");
  await box.press("Enter");
  const bubble = thread.getByRole("article").filter({ hasText: "Shall I keep two?" });
  await expect(bubble).toHaveCount(1);
  await expect(bubble).toHaveAttribute("data-status", "sent");

  // Back online it is delivered, and read as the chat is open.
  await phone.getByRole("switch", { name: "Online" }).click();
  await expect(phone.getByRole("log").getByText("Shall I keep two?")).toBeVisible();
  await expect(bubble).toHaveAttribute("data-status", "read");
  await expect(bubble).toHaveCount(1);

  // What the list shows follows.
  await expect(row).toContainText("Shall I keep two?");

  // A reload finds the same.
  await inbox.reload();
  await expect(inbox.getByRole("log", { name: "Messages" }).getByText("Shall I keep two?")).toHaveCount(1);
});

test("ticks climb one by one: queued, sent, delivered, read", async ({ browser }) => {
  const name = `Omar ${Date.now()}`;
  const inbox = await (await browser.newContext()).newPage();
  const phone = await (await browser.newContext()).newPage();
  await signIn(inbox);
  await inbox.getByRole("tab", { name: /All/ }).click();
  await newCustomer(phone, name);
  await sayOnPhone(phone, name, "Hello?");
  await inbox
    .getByRole("list", { name: "Conversations" })
    .getByRole("listitem")
    .filter({ hasText: name })
    .click();

  // Every status the bubble ever shows, in order.
  await inbox.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { seenStatuses: seen });
    const note = () => {
      for (const bubble of document.querySelectorAll<HTMLElement>("article[data-status]")) {
        const status = bubble.dataset.status ?? "";
        if (bubble.textContent?.includes("On its way") && seen.at(-1) !== status) seen.push(status);
      }
    };
    new MutationObserver(note).observe(document.body, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ["data-status"],
    });
  });
  const box = inbox.getByRole("textbox", { name: "Message" });
  await box.fill("On its way");
  await box.press("Enter");
  const bubble = inbox.getByRole("article").filter({ hasText: "On its way" });
  await expect(bubble).toHaveAttribute("data-status", "read");
  const seen = await inbox.evaluate(() => (window as unknown as { seenStatuses: string[] }).seenStatuses);
  const order = ["queued", "sent", "delivered", "read"];
  expect(seen[0]).toBe("queued");
  expect(seen.map((status) => order.indexOf(status))).toEqual(
    seen.map((status) => order.indexOf(status)).sort((a, b) => a - b),
  );
  expect(seen.at(-1)).toBe("read");
});

test("a link to a conversation opens it, also on a phone", async ({ browser }) => {
  const desktop = await (await browser.newContext()).newPage();
  await signIn(desktop);
  await desktop.getByRole("tab", { name: /All/ }).click();
  await desktop.getByRole("list", { name: "Conversations" }).getByRole("listitem").first().click();
  await expect(desktop).toHaveURL(/[?&]c=[0-9a-f-]{36}/);
  const link = new URL(desktop.url());

  const small = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage();
  await signIn(small);
  await small.goto(`/inbox${link.search}`);
  await expect(small.getByRole("log", { name: "Messages" })).toBeVisible();
  await expect(small.getByRole("list", { name: "Conversations" })).toBeHidden();
  await small.getByRole("button", { name: /Back/ }).click();
  await expect(small.getByRole("list", { name: "Conversations" })).toBeVisible();

  await desktop.goto("/inbox?c=00000000-0000-7000-8000-000000000000");
  await expect(desktop.getByText("This conversation is not here")).toBeVisible();
});
