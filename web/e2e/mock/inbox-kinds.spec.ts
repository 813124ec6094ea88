import { Buffer } from "node:buffer";
import { expect, test } from "./app.ts";
import { check } from "./axe.ts";

const ALL_KINDS = "Helena Prado";
/** One pixel. */
const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const picture = (name = "bag.png") => ({ name, mimeType: "image/png", buffer: PICTURE });

test.use({
  // A trace fetches the pictures on a page, also those from memory, which the content security policy forbids.
  trace: "off",
  permissions: ["microphone"],
  launchOptions: async ({ launchOptions }, use) =>
    use({
      ...launchOptions,
      args: [
        ...(launchOptions.args ?? []),
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
      ],
    }),
});

test("every kind is shown as what it is", async ({ app, page }) => {
  test.setTimeout(90_000);
  await app.open(ALL_KINDS);
  const { log } = app;
  await expect(log.getByText("Came from an ad")).toBeAttached();
  await expect(log.getByText("Pressed a button").first()).toBeAttached();
  await expect(log.getByText("Chose from a list")).toBeAttached();
  await expect(log.getByRole("link", { name: "Download Price list 2026 (wholesale).pdf" })).toHaveAttribute(
    "href",
    /^\/api\/v1\/media\//,
  );
  await expect(log.getByRole("button", { name: "Play: Voice message" })).toHaveCount(2);
  await expect(log.getByRole("link", { name: "Open in maps" })).toHaveAttribute("href", /openstreetmap/);
  await expect(log.getByText("R$1,077.00")).toBeAttached();
  await expect(log.getByText("Forwarded many times")).toBeAttached();
  await expect(log.getByText("This message was deleted")).toBeVisible();
  await expect(log.getByText("Fetching the file…")).toBeAttached();
  await expect(log.getByText("WhatsApp no longer has this file.")).toBeVisible();
  await expect(log.getByText("Helena changed her phone number")).toBeVisible();
  await expect(app.bubble("Thank you Helena! I pack it myself.")).toContainText("From the phone");
  await expect(app.bubble("Lovely!")).toContainText("Edited");
  await check(page);
  await log.evaluate((element) => {
    element.scrollTop = 0;
  });
  await expect(log.getByRole("article").first()).toBeInViewport();
  await check(page);
});

test("a quote of a page that is not loaded yet is looked for", async ({ app, page }) => {
  await app.open("Ana Beatriz Ramos");
  const first = await page.evaluate(async () => {
    const c = new URL(location.href).searchParams.get("c");
    const answer = await fetch(`/api/v1/conversations/${c}/messages?limit=300`);
    const { data } = await answer.json();
    return { oldest: data.at(-1).id as string, newest: data[0].id as string };
  });
  await app.happens("message", { message: first.newest, change: { reply_to_message_id: first.oldest } });
  await app.bubble("Dá para entregar").getByRole("button", { name: "In reply to:" }).click();
  await expect(app.log.locator(`article[data-id="${first.oldest}"]`)).toBeInViewport();
});

test("the thread stays at its end while what is in it loads", async ({ app }) => {
  await app.open(ALL_KINDS);
  await expect(app.bubble("See you on Tuesday then!")).toBeInViewport();
  // What is far above comes once somebody goes there.
  const isThere = (log: Element) =>
    [...log.querySelectorAll("img")].every(
      (image) => image.complete || image.getBoundingClientRect().bottom < log.getBoundingClientRect().top,
    );
  await expect.poll(() => app.log.evaluate(isThere)).toBe(true);
  await expect(app.bubble("See you on Tuesday then!")).toBeInViewport();
});

test("a message is answered with an emoji, and the answer taken back", async ({ app, page }) => {
  await app.open("Jonas Weber");
  const bubble = app.bubble("Thank you, that was quick.");
  await bubble.hover();
  await bubble.getByRole("button", { name: "React" }).click();
  await page.getByRole("button", { name: "React with 👍" }).click();
  const chip = bubble.getByRole("button", { name: /^👍 1: You/ });
  await expect(chip).toHaveAttribute("aria-pressed", "true");
  const id = await bubble.getAttribute("data-id");
  await app.happens("react", { message: id, emoji: "👍" });
  await expect(bubble.getByRole("button", { name: /^👍 2: You, Jonas Weber|^👍 2/ })).toBeVisible();
  await bubble.getByRole("button", { name: /^👍 2/ }).click();
  await expect(bubble.getByRole("button", { name: "👍 1: Jonas Weber" })).toHaveAttribute(
    "aria-pressed",
    "false",
  );
  await app.happens("react", { message: id, emoji: null });
  await expect(bubble.getByRole("list", { name: "Reactions" })).toHaveCount(0);
});

test("any emoji is found by its name", async ({ app, page }) => {
  await app.open("Jonas Weber");
  const bubble = app.bubble("Thank you, that was quick.");
  await bubble.hover();
  await bubble.getByRole("button", { name: "React" }).click();
  await page.getByRole("button", { name: "More emoji" }).click();
  await page.getByRole("searchbox", { name: "Search emoji" }).fill("sloth");
  await expect(page.getByRole("gridcell", { name: /sloth/i }).first()).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(bubble.getByRole("button", { name: /^🦥 1/ })).toBeVisible();
});

test("by keyboard: up to a message, answer it with an emoji, reply to it", async ({ app, page }) => {
  await app.open("Jonas Weber");
  await app.log.focus();
  await page.keyboard.press("ArrowUp");
  await expect(app.bubble("Thank you, that was quick.")).toBeFocused();
  await page.keyboard.press("ArrowUp");
  const bubble = app.bubble("You are right, one box stayed here.");
  await expect(bubble).toBeFocused();
  await page.keyboard.press("+");
  const first = page.getByRole("button", { name: "React with 👍" });
  await expect(first).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect(bubble.getByRole("button", { name: /^❤️ 1/ })).toBeVisible();
  // The focus is still at that message: from there it goes on.
  await page.keyboard.press("ArrowDown");
  await expect(app.bubble("Thank you, that was quick.")).toBeFocused();
  await page.keyboard.press("r");
  await expect(app.box).toBeFocused();
  await expect(page.getByText("Replying to Jonas Weber")).toBeVisible();
});

test("a quote leads to what it answers, however far up", async ({ app }) => {
  await app.open(ALL_KINDS);
  await app.bubble("See you on Tuesday then!").getByRole("button", { name: "In reply to:" }).click();
  const original = app.log.locator("article[data-kind=image]").filter({ hasText: "This is the shelf" });
  await expect(original).toBeInViewport();
});

test("a picture goes with its caption, and is there before it is sent", async ({ app, page }) => {
  await app.open("Jonas Weber");
  await page.locator("[data-shown] input[type=file]").first().setInputFiles([picture()]);
  await expect(page.getByRole("list", { name: "Files to send" })).toContainText("bag.png");
  await expect(app.box).toBeFocused();
  await app.send("The *new* bag");
  const bubble = app.bubble("The new bag");
  await expect(bubble).toHaveCount(1);
  await expect(bubble).toHaveAttribute("data-kind", "image");
  await expect(bubble).toHaveAttribute("data-status", "read");
  await expect(page.getByRole("list", { name: "Files to send" })).toHaveCount(0);
  await bubble.getByRole("button", { name: /^Open:/ }).click();
  const viewer = page.getByRole("dialog", { name: "Photos and videos" });
  await expect(viewer.getByRole("img")).toHaveAttribute("alt", "The *new* bag");
  await page.keyboard.press("Escape");
  await expect(bubble.getByRole("button", { name: /^Open:/ })).toBeFocused();
});

test("several files go one by one, and what is too large says the limit", async ({ app, page }) => {
  await app.open("Jonas Weber");
  const big = { name: "big.png", mimeType: "image/png", buffer: Buffer.alloc(6 * 1024 * 1024, 1) };
  await page.locator("[data-shown] input[type=file]").first().setInputFiles([picture(), big]);
  await expect(page.getByRole("alert").filter({ hasText: "photos may have 5 MB at most" })).toBeVisible();
  await app.box.fill("And a word");
  await expect(page.getByRole("button", { name: "Send", exact: true })).toBeDisabled();
  await page.getByRole("button", { name: "Send as a document" }).click();
  await page.getByLabel("Caption of bag.png").fill("First");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(app.bubble("First")).toHaveAttribute("data-kind", "image");
  await expect(app.bubble("big.png")).toHaveAttribute("data-kind", "document");
  await expect(app.bubble("big.png")).toHaveAttribute("data-status", "read");
  await expect(app.bubble("And a word")).toHaveAttribute("data-status", "read");
});

test("what is dropped or pasted is attached", async ({ app, page }) => {
  await app.open("Jonas Weber");
  await page.evaluate((base64) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], "dropped.png", { type: "image/png" }));
    const log = document.querySelector("[data-shown] [role=log]");
    log?.dispatchEvent(new DragEvent("dragenter", { dataTransfer: data, bubbles: true, cancelable: true }));
    log?.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
  }, PICTURE.toString("base64"));
  await expect(page.getByRole("list", { name: "Files to send" }).getByRole("listitem")).toHaveCount(2);
  // They wait here while one looks elsewhere.
  await app.open("Priya Nair");
  await expect(page.getByRole("list", { name: "Files to send" })).toHaveCount(0);
  await app.open("Jonas Weber");
  await expect(page.getByRole("list", { name: "Files to send" }).getByRole("listitem")).toHaveCount(2);
});

test("a file that misses the thread does not open in place of the app", async ({ app, page }) => {
  await app.open("Jonas Weber");
  const ignored = await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(["x"], "missed.txt", { type: "text/plain" }));
    return ["nav", "ul[aria-label=Conversations]", "aside"].flatMap((place) =>
      ["dragover", "drop"].map((kind) => {
        const event = new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
        document.querySelector(place)?.dispatchEvent(event);
        return `${place} ${kind} ${event.defaultPrevented}`;
      }),
    );
  });
  expect(ignored.filter((each) => !each.endsWith("true"))).toEqual([]);
  await expect(page.getByRole("list", { name: "Files to send" })).toHaveCount(0);
});

test("a file that the server refuses stays with its reason; one that meets no server is sent later", async ({
  app,
  page,
}) => {
  await app.open("Jonas Weber");
  await page
    .locator("[data-shown] input[type=file]")
    .first()
    .setInputFiles([picture("refused.png")]);
  await app.send("no");
  await expect(app.bubble("WhatsApp does not take this.")).toHaveAttribute("data-status", "failed");
  await app.bubble("WhatsApp does not take this.").getByRole("button", { name: "Discard" }).click();
  await expect(app.bubble("WhatsApp does not take this.")).toHaveCount(0);

  await page.route("**/api/v1/media", (route) => route.abort());
  await page.locator("[data-shown] input[type=file]").first().setInputFiles([picture()]);
  await app.send("later");
  await expect(app.bubble("later")).toContainText("Waiting for the connection");
  await page.unroute("**/api/v1/media");
  // The file outlives the page.
  await page.reload();
  await expect(app.bubble("later")).toHaveAttribute("data-status", "read");
});

test("a file is named by its address, and a bad address is said", async ({ app, page }) => {
  await app.open("Jonas Weber");
  await page.getByRole("button", { name: "Attach" }).click();
  await page.getByRole("menuitem", { name: "From an address" }).click();
  const dialog = page.getByRole("dialog", { name: "From an address" });
  const address = dialog.getByRole("textbox", { name: "Address of the file" });
  await expect(address).toBeFocused();
  await address.fill("http://shop.example/menu.jpg");
  await address.press("Enter");
  await expect(address).toHaveAttribute("aria-invalid", "true");
  await address.fill("https://shop.example/menu.jpg");
  await expect(dialog.getByRole("combobox", { name: "Send as" })).toHaveValue("image");
  await dialog.getByRole("textbox", { name: /^Caption/ }).fill("Our menu");
  const asked = page.waitForRequest(
    (request) => request.method() === "POST" && /messages$/.test(request.url()),
  );
  await dialog.getByRole("button", { name: "Send" }).click();
  expect((await asked).postDataJSON()).toEqual({
    type: "image",
    media_url: "https://shop.example/menu.jpg",
    text: "Our menu",
  });
  await expect(dialog).toBeHidden();
  await expect(app.bubble("Our menu")).toBeVisible();
});

test("a voice message is recorded, heard and sent", async ({ app, page }) => {
  await app.open("Jonas Weber");
  await page.getByRole("button", { name: "Record a voice message" }).click();
  await expect(page.getByRole("timer")).toContainText(/0:0[1-9]/);
  await check(page);
  await page.getByRole("button", { name: "Stop and listen" }).click();
  await expect(page.getByRole("button", { name: "Play: Voice message" })).toBeVisible();
  const sent = page.waitForRequest((request) => request.url().endsWith("/messages"));
  await page.getByRole("button", { name: "Send the voice message" }).click();
  expect((await sent).postDataJSON()).toMatchObject({ type: "audio", voice: true });
  const bubble = app.log.locator("article[data-kind=audio]");
  await expect(bubble).toHaveAttribute("data-status", "read");
  await expect(app.box).toBeFocused();
  await bubble.getByRole("button", { name: "Play: Voice message" }).click();
  // For as long as it plays, which is not long.
  const pause = bubble.getByRole("button", { name: "Pause: Voice message" });
  await expect.poll(() => pause.isVisible(), { intervals: [50] }).toBe(true);
  await bubble.getByRole("button", { name: "Speed: 1×" }).click();
  await expect(bubble.getByRole("button", { name: "Speed: 1.5×" })).toBeVisible();
});

test("a recording is thrown away with Escape, and nothing is sent", async ({ app, page }) => {
  await app.open("Jonas Weber");
  await page.getByRole("button", { name: "Record a voice message" }).click();
  await expect(page.getByRole("timer")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(app.box).toBeFocused();
  await expect(app.log.locator("article[data-kind=audio]")).toHaveCount(0);
});

test("when the window is closed a template is the way on", async ({ app, page }) => {
  await app.open("Camille Laurent");
  await expect(app.box).toBeDisabled();
  await page.getByRole("button", { name: "Send a template" }).click();
  const dialog = page.getByRole("dialog", { name: "Send a template" });
  await dialog.getByRole("searchbox").fill("ready");
  await expect(dialog.getByRole("list", { name: "Templates" }).getByRole("listitem")).toHaveCount(2);
  await dialog.getByRole("button", { name: /order_ready en/ }).click();
  // The greeting says who is meant.
  await expect(dialog.getByRole("textbox", { name: "Text: {{1}}" })).toHaveValue("Camille");
  await expect(dialog.getByRole("status")).toHaveText("Still missing: Text: {{2}} and Text: {{3}}");
  await expect(dialog.getByRole("button", { name: "Send", exact: true })).toBeDisabled();
  await dialog.getByRole("button", { name: "Insert into Text: {{2}}" }).click();
  await page.getByRole("menuitem", { name: /Hôtel des Tilleuls/ }).click();
  await dialog.getByRole("textbox", { name: "Text: {{3}}" }).fill("Friday");
  await check(page);
  const sent = page.waitForRequest((request) => request.url().endsWith("/messages"));
  await dialog.getByRole("button", { name: "Send", exact: true }).click();
  expect((await sent).postDataJSON()).toMatchObject({
    type: "template",
    template: {
      name: "order_ready",
      values: { body: { 1: "Camille", 2: "Hôtel des Tilleuls", 3: "Friday" } },
    },
  });
  await expect(dialog).toHaveCount(0);
  const bubble = app.bubble("your order Hôtel des Tilleuls is ready");
  await expect(bubble).toHaveAttribute("data-status", "read");
  await expect(bubble).toContainText("On my way");
});

test("a template with a picture waits for one, and a code for its button", async ({ app, page }) => {
  await app.open("Jonas Weber");
  await page.getByRole("button", { name: "Attach" }).click();
  await page.getByRole("menuitem", { name: "Template" }).click();
  const dialog = page.getByRole("dialog", { name: "Send a template" });
  await dialog.getByRole("button", { name: /harvest_news/ }).click();
  await expect(dialog.getByRole("textbox", { name: "Text: {{first_name}}" })).toHaveValue("Jonas");
  await dialog.getByRole("textbox", { name: "Text: {{day}}" }).fill("Sunday");
  await expect(dialog.getByRole("button", { name: "Send", exact: true })).toBeDisabled();
  await dialog.locator("input[type=file]").setInputFiles([picture()]);
  await dialog.getByLabel("Button “Copy the code”: code").fill("HARVEST15");
  const sent = page.waitForRequest((request) => request.url().endsWith("/messages"));
  await dialog.getByRole("button", { name: "Send", exact: true }).click();
  expect((await sent).postDataJSON().template.values).toMatchObject({
    header_media_id: expect.any(String),
    buttons: { 0: "HARVEST15" },
  });
});

test("a location is sent from what a map gives", async ({ app, page }) => {
  await app.open("Jonas Weber");
  await page.getByRole("button", { name: "Attach" }).click();
  await page.getByRole("menuitem", { name: "Location" }).click();
  const dialog = page.getByRole("dialog", { name: "Send a location" });
  await dialog.getByLabel("Coordinates").fill("https://www.openstreetmap.org/#map=16/52.52/13.405");
  await dialog.getByLabel("Name").fill("Torra & Moinho");
  await dialog.getByRole("button", { name: "Send location" }).click();
  await expect(app.bubble("52.52000, 13.40500")).toHaveAttribute("data-status", "read");
});

test("the customer is told that somebody writes, once in a while", async ({ app, page }) => {
  const told: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/typing")) told.push(request.url());
  });
  await app.open("Jonas Weber");
  await app.box.pressSequentially("Hello there");
  await expect.poll(() => told.length).toBe(1);
  await app.box.pressSequentially(", how are you?");
  expect(told).toHaveLength(1);
});

test("a file that arrives takes the place kept for it", async ({ app }) => {
  await app.open(ALL_KINDS);
  const bubble = app.bubble("Proof of payment");
  await expect(bubble).toContainText("Fetching the file…");
  const other = await app.log.locator("article[data-kind=image]").first().getAttribute("data-id");
  const id = await bubble.getAttribute("data-id");
  const messages = await app.page.evaluate(async () => {
    const c = new URL(location.href).searchParams.get("c");
    const answer = await fetch(`/api/v1/conversations/${c}/messages?limit=50`);
    return (await answer.json()).data;
  });
  const media = messages.find((message: { id: string }) => message.id === other).media;
  await app.happens("message", { message: id, change: { media } });
  await expect(bubble.getByRole("button", { name: /^Open:/ })).toBeAttached();
});
