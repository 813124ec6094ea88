/** What one is told of, and who else is here. */
import type { Page } from "@playwright/test";
import { type App, expect, test } from "./app.ts";
import { check } from "./axe.ts";

const bell = (page: Page) => page.getByRole("button", { name: /^Notifications/ });

async function tellAll(app: App): Promise<void> {
  const minutes = (count: number) => new Date(Date.now() - count * 60_000).toISOString();
  await app.happens("tell", { type: "failed_send", data: { text: "Your order is ready" }, at: minutes(180) });
  await app.happens("tell", { type: "escalation", at: minutes(40) });
  await app.happens("tell", {
    type: "new_message",
    data: { text: "Is it open on Sunday?" },
    at: minutes(12),
  });
  await app.happens("tell", {
    type: "mention",
    data: { actor_name: "Rafael Nunes", text: "@Marina can you check the invoice?" },
  });
}

test("the bell counts live, leads to the conversation, and every tab agrees", async ({
  app,
  page,
  context,
}) => {
  const other = await context.newPage();
  await other.goto("/inbox");
  await tellAll(app);
  await expect(bell(page)).toContainText("4");
  await expect(bell(other)).toContainText("4");
  await bell(page).click();
  const list = page.getByRole("list", { name: "Notifications" });
  await expect(list.getByRole("listitem")).toHaveCount(4);
  await list.getByRole("link").filter({ hasText: "Rafael Nunes mentioned you" }).click();
  await expect(page).toHaveURL(/inbox\?c=/);
  await expect(list).toBeHidden();
  await expect(bell(other)).toContainText("3");
  await bell(other).click();
  await other.getByRole("button", { name: "Mark all as read" }).click();
  await expect(bell(page)).not.toContainText("3");
  await expect(bell(other)).not.toContainText("3");
});

test("the page has filters, and one chooses what one is told of", async ({ app, page }) => {
  await tellAll(app);
  await page.goto("/notifications");
  const rows = page.getByRole("list", { name: "Notifications" }).getByRole("listitem");
  await expect(rows).toHaveCount(4);
  await page.getByLabel("Kind").selectOption("escalation");
  await expect(rows).toHaveCount(1);
  await page.getByLabel("Kind").selectOption("");
  await page.getByRole("button", { name: "Mark all as read" }).click();
  await page.getByRole("tab", { name: "Unread" }).click();
  await expect(page.getByText("Everything is read")).toBeVisible();
  await page.getByRole("link", { name: "Notification settings" }).click();
  const mentions = page.getByRole("switch", { name: "Mentions" });
  await expect(mentions).toBeChecked();
  await mentions.click();
  await page.reload();
  await expect(mentions).not.toBeChecked();
});

test("sound that is switched off in one tab is off in all, and a phone is told by its worker", async ({
  app,
  page,
  context,
}) => {
  await context.addInitScript(() => {
    const heard = window as unknown as { chimes: number; shown: string[] };
    heard.chimes = 0;
    heard.shown = [];
    window.AudioContext = class {
      constructor() {
        heard.chimes += 1;
        throw new Error("no sound here");
      }
    } as unknown as typeof AudioContext;
    // As browsers on phones have it: permitted, but for workers only.
    window.Notification = class {
      static permission = "granted";
      static requestPermission = async () => "granted";
      constructor() {
        throw new TypeError("Illegal constructor");
      }
    } as unknown as typeof Notification;
    Object.defineProperty(navigator, "serviceWorker", {
      value: {
        ready: Promise.resolve({
          showNotification: (title: string, { data }: { data: { path: string } }) =>
            heard.shown.push(`${title} → ${data.path}`),
        }),
        register: async () => ({}),
      },
    });
    Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
  });
  // It would be the faster tab now and then.
  await page.goto("about:blank");
  const other = await context.newPage();
  // Whoever tells of it comes behind the page, and asks for this.
  const listens = other.waitForResponse("**/api/v1/notifications/preferences");
  await other.goto("/inbox");
  await listens;
  const heard = (what: "chimes" | "shown") =>
    other.evaluate((what) => (window as unknown as Record<string, unknown>)[what], what);
  await page.request.patch("/api/v1/notifications/preferences", { data: { sound: true, browser: true } });
  await expect(bell(other)).toBeVisible();
  await app.happens("tell", { type: "mention", data: { actor_name: "Rafael Nunes", text: "@Marina?" } });
  await expect.poll(() => heard("shown")).toEqual([expect.stringMatching(/^Rafael.* → \/inbox\?c=/)]);
  expect(await heard("chimes")).toBe(1);

  await page.request.patch("/api/v1/notifications/preferences", { data: { sound: false } });
  await app.happens("tell", { type: "mention", data: { actor_name: "Ayşe Demir", text: "@Marina!" } });
  await expect.poll(async () => ((await heard("shown")) as string[]).length).toBe(2);
  expect(await heard("chimes")).toBe(1);
});

test("one sees who else is here, who writes, and who was faster", async ({ app, page }) => {
  await app.open("Ana Beatriz Ramos");
  const id = new URL(page.url()).searchParams.get("c");
  await app.happens("presence", { conversation: id, viewing: true });
  await expect(page.getByText("is viewing this conversation")).toBeVisible();
  await app.happens("presence", { conversation: id, viewing: true, typing: true });
  await expect(page.getByText("is writing a reply")).toBeVisible();
  await app.happens("presence", { conversation: id, online: false });
  await expect(page.getByText("is writing a reply")).toBeHidden();
});

test("nobody is kept out of it", async ({ app, page }) => {
  await tellAll(app);
  for (const path of ["/notifications", "/settings/notifications"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.getByText("Loading")).toBeHidden();
    await check(page);
  }
});
