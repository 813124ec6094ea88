/** What is typed while the page is still at it goes where it was meant to, however long that takes. */
import type { Page } from "@playwright/test";
import { expect, test } from "./app.ts";
import { hold } from "./hold.ts";

const palette = (page: Page) => page.getByRole("combobox", { name: "Search and commands" });
const note = (page: Page) => page.getByRole("textbox", { name: "Note" });

test("what is typed before the palette has the focus is for the palette, and sends nothing", async ({
  app,
  page,
}) => {
  await app.open("Jonas Weber");
  await app.box.fill("Half a reply");
  const release = await hold(page, "in frames");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("assigx");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Enter");
  await expect(palette(page)).toBeVisible();
  await page.keyboard.type("n tom");
  await release();
  await expect(palette(page)).toHaveValue("assign tom");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Assignee: Tomás Ferreira" })).toBeVisible();
  await expect(app.box).toBeFocused();
  await expect(app.box).toHaveValue("Half a reply");
  await expect(app.bubble("Half a reply")).toHaveCount(0);
});

test("a box that was left again does not take the focus back", async ({ app, page }) => {
  await app.open("Jonas Weber");
  await app.log.press("n");
  await expect(note(page)).toBeFocused();
  const release = await hold(page, "behind frames");
  await page.keyboard.press("Escape");
  await page.keyboard.press("r");
  await app.box.click();
  await page.keyboard.press("Escape");
  const row = app.row("Jonas Weber").getByRole("link");
  await expect(row).toBeFocused();
  await release();
  await expect(row).toBeFocused();
});

test("keys are keys again where no text box comes", async ({ app, page }) => {
  await app.open("Camille Laurent");
  await expect(app.box).toBeDisabled();
  // There is nothing to reply in.
  await app.log.press("r");
  await page.keyboard.press("n");
  await expect(note(page)).toBeFocused();

  // Left before the box for the reply was there.
  await page.keyboard.press("Escape");
  const release = await hold(page, "behind frames");
  await app.row("Jonas Weber").getByRole("link").click();
  await expect(page.getByRole("heading", { name: "Jonas Weber" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByText("Choose a conversation")).toBeVisible();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await release();
});

test("letters behind the name of a colleague stay in order", async ({ app, page }) => {
  await app.open("Jonas Weber");
  await page.getByRole("button", { name: "Note", exact: true }).click();
  await note(page).pressSequentially("@To");
  await expect(page.getByRole("listbox", { name: "Colleagues" })).toBeVisible();
  const release = await hold(page, "in frames");
  await page.keyboard.press("Enter");
  await page.keyboard.type("ab");
  await release();
  await page.keyboard.type("cd");
  await expect(note(page)).toHaveValue("@Tomás Ferreira abcd");
});

test("who goes away and back at once finds the conversation", async ({ app, page }) => {
  await app.open("Jonas Weber");
  await app.open("Priya Nair");
  await page.getByRole("button", { name: "Emoji" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  const release = await hold(page, "behind frames");
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Jonas Weber" })).toBeVisible();
  await page.goForward();
  await expect(page.getByRole("heading", { name: "Priya Nair" })).toBeVisible();
  await release();
  // It is still there when the page has drawn what follows from that.
  await page.evaluate(
    () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
  );
  await expect(page.getByRole("heading", { name: "Priya Nair" })).toBeVisible();
  await expect(app.log.getByRole("article").first()).toBeVisible();
});

test("what is typed while the dialog to start a conversation loads presses no shortcuts, and its search gets the focus when it can", async ({
  app,
  page,
}) => {
  let come = () => {};
  const held = new Promise<void>((resolve) => {
    come = resolve;
  });
  await page.route(/\/api\/v1\/channels(\?|$)/, async (route) => {
    await held;
    await route.continue();
  });
  await page.reload();
  await expect(app.rows.first()).toBeVisible();
  await app.row("Jonas Weber").getByRole("link").focus();
  await page.keyboard.press("c");
  // Elsewhere this closes the conversation.
  await page.keyboard.press("e");
  const dialog = page.getByRole("dialog", { name: "Start a conversation" });
  await expect(dialog).toBeFocused();
  come();
  await expect(dialog.getByRole("searchbox", { name: "Name or phone number" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(app.row("Jonas Weber")).not.toContainText("Closed");
});
