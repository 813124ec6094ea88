import { expect, test } from "./app.ts";

test("the whole round by keyboard", async ({ app, page }) => {
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await expect(app.row("Jonas Weber").getByRole("link")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Jonas Weber" })).toBeVisible();
  await expect(app.box).toBeFocused();
  // Letters typed into the box are letters.
  await page.keyboard.type("jek?");
  await expect(app.box).toHaveValue("jek?");
  await app.box.fill("");
  await page.keyboard.press("Escape");
  await expect(app.row("Jonas Weber").getByRole("link")).toBeFocused();
  await page.keyboard.press("r");
  await expect(app.box).toBeFocused();
  await page.keyboard.type("Line one");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("line two");
  await page.keyboard.press("Enter");
  await expect(app.bubble("Line one")).toContainText("line two");
  await page.keyboard.press("Escape");
  await page.keyboard.press("e");
  await expect(page.getByRole("button", { name: "Status: Closed" })).toBeVisible();
  await page.keyboard.press("k");
  await expect(app.row("Jonas Weber").getByRole("link")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByText("Choose a conversation")).toBeVisible();
  await expect(app.row("Jonas Weber").getByRole("link")).toBeFocused();
});

test("menus and dialogs take the focus and give it back", async ({ app, page }) => {
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(help).toBeVisible();
  await page.keyboard.press("j");
  await page.keyboard.press("Escape");
  await expect(help).toHaveCount(0);

  await app.open("Jonas Weber");
  const status = page.getByRole("button", { name: /^Status:/ });
  await status.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menu")).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Status: Pending" })).toBeFocused();
});
