import type { Page } from "@playwright/test";
import { expect, test } from "./app.ts";
import { check } from "./axe.ts";
import { hold } from "./hold.ts";

const palette = (page: Page) => page.getByRole("dialog", { name: "Search and commands" });
const box = (page: Page) => palette(page).getByRole("combobox");
const option = (page: Page, name: string | RegExp) => palette(page).getByRole("option", { name });

async function summon(page: Page, typed = ""): Promise<void> {
  // The one before has closed: it answers to these keys until then.
  await expect(palette(page)).toHaveCount(0);
  await page.keyboard.press("Control+k");
  await expect(box(page)).toBeFocused();
  await page.keyboard.type(typed);
}

test("acts on the open conversation by keyboard alone, and gives the focus back", async ({ app, page }) => {
  await app.open("Jonas Weber");
  await app.box.focus();
  await summon(page, "assign tom");
  await expect(option(page, "Assign to: Tomás Ferreira")).toHaveAttribute("data-highlighted", "");
  await page.keyboard.press("Enter");
  await expect(palette(page)).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Assignee: Tomás Ferreira" })).toBeVisible();
  await expect(app.box).toBeFocused();

  // A list behind a command, there and back.
  await summon(page);
  await expect(palette(page).getByRole("group", { name: "Conversation with Jonas Weber" })).toBeVisible();
  await page.keyboard.type("snooze");
  await page.keyboard.press("Enter");
  await expect(option(page, /Tomorrow morning/)).toBeVisible();
  await expect(box(page)).toHaveValue("");
  await page.keyboard.press("Escape");
  await expect(option(page, /^Reply/)).toBeVisible();
  await page.keyboard.type("pending");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Status: Pending" })).toBeVisible();

  await summon(page, "write a note");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "Note" })).toBeFocused();
  await summon(page, "reply");
  await page.keyboard.press("Enter");
  await expect(app.box).toBeFocused();

  // Ctrl+K again and Escape leave it as it was.
  await summon(page);
  await page.keyboard.press("Control+k");
  await expect(palette(page)).toHaveCount(0);
  await expect(app.box).toBeFocused();
});

test("keeps the focus from a box for the reply that comes behind it", async ({ app, page }) => {
  await app.open("Jonas Weber");
  await summon(page, "write a note");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "Note" })).toBeFocused();
  // So that the palette is there before the box.
  const release = await hold(page, "behind frames");
  await summon(page, "reply");
  await page.keyboard.press("Enter");
  await expect(app.box).toBeFocused();
  await summon(page);
  await release();
  await expect(box(page)).toBeFocused();
  await page.keyboard.type("assign");
  await expect(box(page)).toHaveValue("assign");
});

test("puts away until a time of one's own, and gives the focus back", async ({ app, page }) => {
  await app.open("Jonas Weber");
  await app.box.focus();
  await summon(page, "choose a time");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Snooze until a time" });
  await expect(palette(page)).toHaveCount(0);
  await check(page);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(app.box).toBeFocused();
  await summon(page, "choose a time");
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: "Snooze" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Status: Pending" })).toBeVisible();
  await expect(app.box).toBeFocused();
});

test("finds customers, messages and pages", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await summon(page, "priya");
  await expect(palette(page).getByRole("group", { name: "People" })).toBeVisible();
  await option(page, /Priya Nair/)
    .first()
    .click();
  await expect(page.getByRole("heading", { name: "Priya Nair" })).toBeVisible();
  await expect(app.box).toBeFocused();

  await summon(page, "audit");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Audit log");
  await expect(page.locator("#page")).toBeFocused();

  await summon(page, "zzzz");
  await expect(palette(page)).toContainText("Nothing found");
});

test("sets theme, language and availability", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await summon(page, "theme dark");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await summon(page, "availability away");
  await page.keyboard.press("Enter");
  await summon(page, "availability");
  await page.keyboard.press("Enter");
  await expect(option(page, /Away/)).toContainText("now");
  await page.keyboard.press("Escape");
  await page.keyboard.type("arabic");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("dir", "rtl");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog", { name: "البحث والأوامر" })).toBeVisible();
});

test("says what a role may not do", async ({ app, page }) => {
  await app.signIn("viewer@demo.example");
  await app.open("Jonas Weber");
  await summon(page, "close the");
  const close = option(page, /Close the conversation/);
  await expect(close).toHaveAttribute("aria-disabled", "true");
  await expect(close).toContainText("Your role can read conversations but not change them");
  await page.keyboard.press("Enter");
  await expect(close).toBeVisible();
  const thread = page.locator("[data-shown]");
  await expect(thread.getByRole("button", { name: "Status: Open", includeHidden: true })).toBeAttached();
});

test("the palette is accessible", async ({ app, page }) => {
  test.setTimeout(90_000);
  await app.open("Jonas Weber");
  await summon(page);
  await check(page);
  await page.keyboard.type("an");
  await expect(palette(page).getByRole("group", { name: "Messages" })).toBeVisible();
  await check(page);
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { level: 2 }).first().click();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toContainText("Ctrl K");
  await check(page);
});
