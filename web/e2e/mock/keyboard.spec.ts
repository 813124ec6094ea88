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
  // The answer has moved it up by now: there is no row above it to go to.
  await expect(app.rows.first()).toContainText("Jonas Weber");
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
  await expect(page.locator("[role=menu]:focus, [role=menu] :focus")).toBeAttached();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Status: Pending" })).toBeFocused();
});

test("from the list each key is about the row in focus, and the focus stays in reach", async ({
  app,
  page,
}) => {
  const link = (name: string) => app.row(name).getByRole("link");
  await page.getByRole("tab", { name: /^Unassigned/ }).click();
  await link("Ana Beatriz Ramos").focus();

  // Assigned away, it leaves this list.
  await page.keyboard.press("a");
  const palette = page.getByRole("dialog", { name: "Search and commands" });
  await expect(palette.getByRole("combobox", { name: "Assign to" })).toBeFocused();
  await expect(palette.getByRole("option").first()).toContainText("Marina Duarte (you)");
  await page.keyboard.press("Escape");
  await expect(palette).toHaveCount(0);
  await expect(link("Ana Beatriz Ramos")).toBeFocused();

  // Closed, too: the next row takes its place, also for the focus.
  const next = app.rows.nth(1).getByRole("link");
  const id = await next.getAttribute("data-conversation");
  await page.keyboard.press("e");
  await expect(app.row("Ana Beatriz Ramos")).toHaveCount(0);
  await expect(page.locator(`[data-conversation="${id}"]`)).toBeFocused();

  await page.keyboard.press("n");
  await expect(page.getByRole("textbox", { name: "Note" })).toBeFocused();
  await page.keyboard.type("raenu/?");
  await expect(page.getByRole("textbox", { name: "Note" })).toHaveValue("raenu/?");
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("r");
  await expect(app.box).toBeFocused();
  await page.keyboard.press("Escape");

  await page.keyboard.press("Shift+U");
  await expect(page.getByRole("button", { name: "Remove the filter: Only unread" })).toBeVisible();
  await page.keyboard.press("Shift+U");
  await expect(page.getByRole("button", { name: "Remove the filter: Only unread" })).toHaveCount(0);
  await page.keyboard.press("j");
  await expect(page.locator("[data-conversation]:focus")).toHaveCount(1);
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox", { name: "Search conversations" })).toBeFocused();
});

test("u leaves a conversation unread, the open one too, and reads it again", async ({ app, page }) => {
  await app.open("Jonas Weber");
  const row = app.row("Jonas Weber");
  const badge = row.getByText("unread message");
  await app.log.focus();
  await page.keyboard.press("u");
  await expect(page.getByText("Choose a conversation")).toBeVisible();
  await expect(badge).toHaveCount(1);
  await expect(row.getByRole("link")).toBeFocused();
  await page.keyboard.press("u");
  await expect(badge).toHaveCount(0);
  await page.keyboard.press("u");
  await expect(badge).toHaveCount(1);
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: "Search and commands" })).toBeFocused();
  await page.keyboard.type("mark as read");
  await page.keyboard.press("Enter");
  await expect(badge).toHaveCount(0);
  await expect(row.getByRole("link")).toBeFocused();
});

test("keys and hints tell of each other, and the help gives the focus back", async ({ app, page }) => {
  await app.open("Jonas Weber");
  for (const [name, key] of [
    ["Note", "n"],
    ["Reply", "r"],
    ["Close", "e"],
    [/^Assignee:/, "a"],
  ] as const)
    await expect(page.getByRole("main").getByRole("button", { name, exact: true })).toHaveAttribute(
      "data-tip-key",
      key,
    );
  const row = app.row("Priya Nair").getByRole("link");
  await row.focus();
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  for (const key of ["Ctrl K", "/", "j", "k", "Enter", "r", "n", "a", "e", "u", "Shift U", "x", "Esc", "?"])
    await expect(help.getByText(key, { exact: true })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(row).toBeFocused();
});

test("an Arabic keyboard has the same keys in the same places", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await page.evaluate(() =>
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "\u062a", code: "KeyJ", bubbles: true })),
  );
  await expect(app.rows.first().getByRole("link")).toBeFocused();
});
