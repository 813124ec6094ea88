import { expect, test } from "./app.ts";
import { check } from "./axe.ts";

test("an unassigned conversation is looked at without being taken or read, and attended with one press", async ({
  app,
  page,
}) => {
  await app.happens("arrive", { name: "Nadia New", text: "Are you there?" });
  await page.getByRole("tab", { name: /^Unassigned/ }).click();
  await app.open("Nadia New");
  await expect(app.log).toContainText("Are you there?");
  await expect(app.row("Nadia New")).toContainText("1 unread message");
  await page.getByRole("button", { name: "Attend", exact: true }).click();
  await expect(app.row("Nadia New")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Assignee: Marina Duarte" })).toBeVisible();
  await page.getByRole("tab", { name: /^Mine/ }).click();
  await expect(app.row("Nadia New")).toBeVisible();
  await expect(app.row("Nadia New")).not.toContainText("unread message");
});

test("attending from the list opens the conversation", async ({ app, page }) => {
  await app.row("Oliver Smith").hover();
  await page.getByRole("button", { name: "Attend Oliver Smith" }).click();
  await expect(page.getByRole("heading", { name: "Oliver Smith" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Assignee: Marina Duarte" })).toBeVisible();
});

test("what is left unread closes, and stays unread until it is opened again", async ({ app, page }) => {
  await app.open("Helena Prado");
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "Mark as unread" }).click();
  await expect(page.getByRole("heading", { name: "Helena Prado" })).toHaveCount(0);
  await expect(app.row("Helena Prado")).toContainText("1 unread message");
  await app.open("Helena Prado");
  await expect(app.row("Helena Prado")).not.toContainText("unread message");
  // A colleague's mark is not wiped away by having it open.
  await page.keyboard.press("Control+k");
  await page.getByRole("option", { name: "Mark as unread" }).click();
  await expect(app.row("Helena Prado")).toContainText("1 unread message");
  await app.happens("inbound", {
    conversation: new URL(page.url()).searchParams.get("c"),
    text: "One more thing",
  });
  await expect(app.bubble("One more thing")).toBeVisible();
  await expect(app.row("Helena Prado")).not.toContainText("unread message");
});

test("the tabs count what is not closed, and follow what happens", async ({ app, page }) => {
  const mine = page.getByRole("tab", { name: /^Mine/ });
  const count = async () => Number((await mine.textContent())?.match(/\d+/)?.[0]);
  await expect(mine).toHaveText(/\d/);
  const before = await count();
  await app.row("Oliver Smith").hover();
  await page.getByRole("button", { name: "Attend Oliver Smith" }).click();
  await expect.poll(count).toBe(before + 1);
});

test("filters narrow the list, stand in words, and are in the address", async ({ app, page }) => {
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  await page.getByLabel("24-hour window").selectOption("closing");
  await expect(app.row("Oliver Smith")).toBeVisible();
  await expect(app.row("Jonas Weber")).toHaveCount(0);
  await page.getByLabel("Assigned to").selectOption("Marina Duarte");
  await expect(app.row("Oliver Smith")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await page.reload();
  const chips = page.getByRole("list", { name: "Filters in use" });
  await expect(chips).toContainText("Window closes in under 4 hours");
  await page.getByRole("button", { name: "Remove the filter: Marina Duarte" }).click();
  await expect(app.row("Oliver Smith")).toBeVisible();
  await page.getByRole("button", { name: /^Remove the filter: Window/ }).click();
  await expect(chips).toHaveCount(0);
  await expect(app.row("Jonas Weber")).toBeVisible();
});

test("who has waited longest comes first, and leaves when answered", async ({ app, page }) => {
  await page.getByRole("button", { name: /^Order/ }).click();
  await page.getByRole("menuitemradio", { name: "Waiting longest first" }).click();
  await expect(app.rows.first()).toContainText("+5521998877665");
  await expect(app.rows.first()).toContainText("Waiting for an answer:");
  const jonas = app.row("Jonas Weber");
  await expect(jonas).toContainText("Waiting for an answer:");
  await app.open("Jonas Weber");
  await app.send("Here is the answer");
  await expect(jonas).not.toContainText("Waiting for an answer:");
});

test("a list is saved as a view, changed, kept and left", async ({ app, page }) => {
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  await page.getByRole("switch", { name: "Only unread" }).click();
  await page.getByRole("button", { name: "Save as a view" }).click();
  await page.getByLabel("Name of the view").fill("To read");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const chips = page.getByRole("list", { name: "Filters in use" });
  await expect(chips).toHaveText("To read");
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  await page.getByLabel("Status", { exact: true }).selectOption("pending");
  await page.keyboard.press("Escape");
  await expect(chips).toContainText("To read · changed");
  await page.getByRole("button", { name: "Keep the change" }).click();
  await expect(chips).toHaveText("To read");
  await page.getByRole("button", { name: "Leave the view To read" }).click();
  await expect(chips).toHaveCount(0);
  await page.getByRole("button", { name: "Saved views" }).click();
  await page.getByRole("menuitem", { name: /^Closing soon/ }).click();
  await expect(app.row("Oliver Smith")).toBeVisible();
  await expect(chips).toHaveText("Closing soon");
});

test("a view whose tag was deleted says so, and can be mended", async ({ app: _, page }) => {
  const tags = (await (await page.request.get("/api/v1/tags")).json()).data as { id: string; name: string }[];
  const vip = tags.find(({ name }) => name === "VIP");
  await page.request.post("/api/v1/views", { data: { name: "Our VIPs", filter: { tag: vip?.id } } });
  await page.reload();
  await page.getByRole("button", { name: "Saved views" }).click();
  await page.getByRole("menuitem", { name: "Our VIPs" }).click();
  const chips = page.getByRole("list", { name: "Filters in use" });
  await expect(chips.getByRole("listitem")).toHaveText(["Our VIPs"]);
  await page.request.delete(`/api/v1/tags/${vip?.id}`);
  await expect(chips.getByRole("listitem")).toHaveText(["Our VIPs", "A deleted tag"]);
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  await expect(page.getByRole("combobox", { name: "Tag" })).toHaveValue(vip?.id ?? "");
  await page.keyboard.press("Escape");
  await chips.getByRole("button", { name: "Remove the filter: A deleted tag" }).click();
  await expect(chips.getByRole("button", { name: "Keep" })).toBeVisible();
});

test("several conversations are chosen and closed at once", async ({ app, page }) => {
  await app.row("Jonas Weber").getByRole("link").focus();
  await page.keyboard.press("x");
  await page.getByRole("checkbox", { name: "Select Lucía Fernández" }).click({ modifiers: ["Shift"] });
  await expect(page.getByRole("toolbar", { name: "Selected conversations" })).toContainText("3 selected");
  const bar = page.getByRole("toolbar", { name: "Selected conversations" });
  await bar.getByRole("button", { name: "Close" }).click();
  await expect(app.row("Jonas Weber")).toContainText("Closed");
  await expect(app.row("Lucía Fernández")).toContainText("Closed");
  await expect(app.row("Ana Beatriz Ramos")).not.toContainText("Closed");
  await expect(bar).toHaveCount(0);
});

test("a conversation is put away, looks so, and comes back", async ({ app, page }) => {
  await app.open("Jonas Weber");
  await page.getByRole("button", { name: "Snooze" }).click();
  await page.getByRole("menuitem", { name: "Until the customer writes" }).click();
  await expect(app.row("Jonas Weber")).toContainText("Pending");
  await expect(page.getByRole("button", { name: "Status: Pending" })).toBeVisible();
  await page.getByRole("button", { name: "Snooze" }).click();
  await page.getByRole("menuitem", { name: "Choose a time…" }).click();
  await page.getByLabel("Day and time").fill("2020-01-01T09:00");
  await page.getByRole("dialog").getByRole("button", { name: "Snooze" }).click();
  await expect(page.getByText("Choose a time in the future, within a year.")).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Snooze" }).click();
  await page.getByRole("menuitem", { name: "Bring it back now" }).click();
  await expect(app.row("Jonas Weber")).not.toContainText("Pending");
});

test("nothing is in the way of assistive technology", async ({ app, page }) => {
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  await page.getByLabel("24-hour window").selectOption("open");
  await check(page);
  await page.keyboard.press("Escape");
  await app.rows.first().getByRole("link").focus();
  await page.keyboard.press("x");
  await expect(page.getByRole("toolbar", { name: "Selected conversations" })).toBeVisible();
  await check(page);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Saved views" }).click();
  await page.getByRole("menuitem", { name: "Manage views" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await check(page);
});

test("the tabs of the list keep to one line in every language", async ({ app: _, page }) => {
  for (const language of ["es", "pt", "ar"]) {
    await page.evaluate((language) => localStorage.setItem("recado.language", language), language);
    await page.reload();
    for (const width of [1100, 1280]) {
      await page.setViewportSize({ width, height: 700 });
      const tabs = page.getByRole("tablist").first().getByRole("tab");
      await expect(tabs).toHaveCount(3);
      await expect(tabs.first()).toBeVisible();
      for (const tab of await tabs.all()) {
        const cut = await tab.evaluate((tab) =>
          [tab, ...tab.children].some(
            (part) => part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight,
          ),
        );
        expect(cut).toBe(false);
      }
    }
  }
});
