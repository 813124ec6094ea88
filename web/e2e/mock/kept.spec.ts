import type { Page } from "@playwright/test";
import { type App, expect, test } from "./app.ts";
import { check } from "./axe.ts";

const idOf = async (app: App, name: string) =>
  (await app.row(name).getByRole("link").getAttribute("data-conversation")) ?? "";

const latest = (page: Page) => page.getByRole("button", { name: /^Latest/ });

test("who comes back finds the place again, and below it what has come meanwhile", async ({ app, page }) => {
  const id = await idOf(app, "Ana Beatriz Ramos");
  await app.open("Ana Beatriz Ramos");
  const marker = app.log.getByRole("article").filter({ hasText: "(190)" });
  await marker.scrollIntoViewIfNeeded();
  await expect(latest(page)).toBeVisible();
  const before = await marker.boundingBox();
  // The same in the page, not one like it.
  await marker.evaluate((element) => element.setAttribute("data-marked", ""));

  await app.open("Jonas Weber");
  await app.happens("inbound", { conversation: id, text: "Written meanwhile" });
  await expect(app.row("Ana Beatriz Ramos")).toContainText("Written meanwhile");

  await app.open("Ana Beatriz Ramos");
  await expect(marker).toHaveAttribute("data-marked", "");
  const after = await marker.boundingBox();
  expect(Math.abs((after?.y ?? 0) - (before?.y ?? -999))).toBeLessThan(2);
  await expect(app.bubble("Written meanwhile")).toHaveCount(1);
  await expect(app.bubble("Written meanwhile")).not.toBeInViewport();
  await expect(latest(page)).toContainText("1 unread message");
});

test("who left it at the end comes back to the end, or to the first of many that have come", async ({
  app,
  page,
}) => {
  const id = await idOf(app, "Priya Nair");
  await app.open("Priya Nair");
  await app.open("Jonas Weber");
  await app.happens("inbound", { conversation: id, text: "One more thing" });
  await expect(app.row("Priya Nair")).toContainText("One more thing");
  await app.open("Priya Nair");
  await expect(app.bubble("One more thing")).toBeInViewport();
  await expect(app.log.getByText("1 unread message")).toBeInViewport();

  // It is hers, and was read: the divider goes with the next visit.
  await expect(app.row("Priya Nair")).not.toContainText("unread message");
  await app.open("Jonas Weber");
  await app.open("Priya Nair");
  await expect(app.bubble("One more thing")).toBeInViewport();
  await expect(app.log.getByText("1 unread message")).toHaveCount(0);

  await app.open("Jonas Weber");
  for (let at = 1; at <= 40; at++)
    await app.happens("inbound", { conversation: id, text: `Waiting, number ${at}.` });
  await expect(app.row("Priya Nair")).toContainText("number 40.");
  await app.open("Priya Nair");
  await expect(app.log.getByText("40 unread messages")).toBeInViewport();
  await expect(app.bubble("number 1.")).toBeInViewport();
  await expect(app.bubble("number 40.")).not.toBeInViewport();
  await expect(latest(page)).toBeVisible();
});

test("keys and tabs find the one that is shown, and no other", async ({ app, page }) => {
  await app.open("Jonas Weber");
  await app.open("Camille Laurent");
  await app.open("Priya Nair");
  await expect(page.getByRole("log")).toHaveCount(1);
  await expect(app.box).toHaveCount(1);
  const ids = await page.evaluate(() => [...document.querySelectorAll("[id]")].map(({ id }) => id));
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  await check(page);

  await app.log.focus();
  await page.keyboard.press("a");
  await expect(page.getByRole("menu")).toHaveCount(1);
  await page.getByRole("menuitemradio", { name: "Tomás Ferreira" }).click();
  await expect(page.getByRole("button", { name: "Assignee: Tomás Ferreira" })).toBeVisible();
  await app.log.focus();
  await page.keyboard.press("e");
  await expect(page.getByRole("button", { name: "Status: Closed" })).toBeVisible();
  await app.open("Jonas Weber");
  await expect(page.getByRole("button", { name: "Status: Open" })).toBeVisible();

  await app.log.focus();
  for (let step = 0; step < 60; step++) {
    await page.keyboard.press("Tab");
    const seen = await page.evaluate(() => document.activeElement?.checkVisibility() ?? true);
    expect(seen).toBe(true);
  }
});

test("drafts stay where they were written, and every visit begins as a reply", async ({ app, page }) => {
  const note = page.getByRole("textbox", { name: "Note" });
  await app.open("Jonas Weber");
  await app.box.fill("Half a reply");
  await page.getByRole("button", { name: "Note", exact: true }).click();
  await note.fill("Half a note");
  await app.open("Priya Nair");
  await expect(note).toHaveCount(0);
  await expect(app.box).toHaveValue("");
  await expect(app.box).toBeFocused();

  await app.open("Jonas Weber");
  await expect(note).toHaveCount(0);
  await expect(app.box).toHaveValue("Half a reply");
  await expect(app.box).toBeFocused();
  await page.keyboard.press("Escape");
  await page.keyboard.press("n");
  await expect(note).toHaveValue("Half a note");

  // Opened from the list to write a note, that one time.
  await app.row("Priya Nair").getByRole("link").focus();
  await page.keyboard.press("n");
  await expect(page.getByRole("heading", { name: "Priya Nair" })).toBeVisible();
  await expect(note).toBeFocused();
  await app.open("Jonas Weber");
  await app.open("Priya Nair");
  await expect(app.box).toBeFocused();
});

test("only the one that is shown is read, and told to colleagues", async ({ app, page }) => {
  const told: unknown[] = [];
  page.on("websocket", (socket) =>
    socket.on("framesent", ({ payload }) => {
      const frame = JSON.parse(String(payload)) as { type: string; conversation_id: string };
      if (frame.type === "viewing") told.push(frame.conversation_id);
    }),
  );
  const read: string[] = [];
  page.on("request", (request) => {
    const id = /conversations\/([\w-]+)\/read$/.exec(request.url())?.[1];
    if (id) read.push(id);
  });
  await page.reload();
  const [priya, jonas] = [await idOf(app, "Priya Nair"), await idOf(app, "Jonas Weber")];
  await expect(page.locator("[data-live=open]")).toBeAttached();
  await app.open("Priya Nair");
  await app.open("Jonas Weber");
  await expect.poll(() => told).toEqual([priya, null, jonas]);

  await app.happens("inbound", { conversation: priya, text: "Are you still there?" });
  await expect(app.row("Priya Nair")).toContainText("1 unread message");
  await expect(page.getByText("New message from Priya Nair")).toHaveCount(0);
  expect(read).not.toContain(priya);
  await app.open("Priya Nair");
  await expect(app.row("Priya Nair")).not.toContainText("unread message");
  await expect.poll(() => told).toEqual([priya, null, jonas, null, priya]);
  expect(read.filter((id) => id === priya)).toHaveLength(1);
  // What came before one looked is in the thread, and no news.
  await expect(page.getByText("New message from Priya Nair")).toHaveCount(0);
});

test("so many are kept and no more; what was deleted, or had something open, is not", async ({
  app,
  page,
}) => {
  const logs = page.locator("[role=log]");
  const links = app.rows.getByRole("link");
  for (let at = 0; at < 12; at++) {
    await links.nth(at).click();
    await expect(links.nth(at)).toHaveAttribute("aria-current", "true");
    await expect(app.log).toBeVisible();
  }
  await expect(logs).toHaveCount(10);

  await app.open("Jonas Weber");
  const id = await idOf(app, "Jonas Weber");
  await app.open("Priya Nair");
  await page.getByRole("button", { name: "Emoji" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Jonas Weber" })).toBeVisible();
  // Neither seen nor hidden.
  await expect(page.locator("[role=dialog]")).toHaveCount(0);
  await page.goForward();
  await expect(page.getByRole("heading", { name: "Priya Nair" })).toBeVisible();
  await expect(page.locator("[role=dialog]")).toHaveCount(0);

  expect((await page.request.delete(`/api/v1/conversations/${id}`)).ok()).toBe(true);
  await expect(app.row("Jonas Weber")).toHaveCount(0);
  await page.goBack();
  await expect(page.getByRole("alert")).toContainText("This conversation is not here");
});

test("on a phone the list comes back to its place, and the conversation to its own", async ({
  app,
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await app.open("Ana Beatriz Ramos");
  const marker = app.log.getByRole("article").filter({ hasText: "(200)" });
  await marker.scrollIntoViewIfNeeded();
  await expect(latest(page)).toBeVisible();
  const before = await marker.boundingBox();
  await page.getByRole("button", { name: "Back to the list" }).click();
  await expect(app.rows.first()).toBeInViewport();
  await expect(page.getByRole("log")).toHaveCount(0);
  await app.open("Ana Beatriz Ramos");
  const after = await marker.boundingBox();
  expect(Math.abs((after?.y ?? 0) - (before?.y ?? -999))).toBeLessThan(2);
});
