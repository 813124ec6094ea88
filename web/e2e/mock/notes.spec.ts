import { expect, test } from "./app.ts";
import { check } from "./axe.ts";

test("a note is for the team, calls on a colleague, and can be changed and deleted", async ({
  app,
  page,
}) => {
  await app.open("Jonas Weber");
  await app.box.fill("Half a reply");
  await page.getByRole("button", { name: "Note", exact: true }).click();
  const note = page.getByRole("textbox", { name: "Note" });
  await expect(note).toBeFocused();
  await note.fill("Ask ");
  await note.pressSequentially("@To");
  const colleagues = page.getByRole("listbox", { name: "Colleagues" });
  const colleague = await colleagues.getByRole("option").first().textContent();
  await note.press("Enter");
  await expect(note).toHaveValue(new RegExp(`^Ask @.*${colleague?.trim().split(" ").at(-1)} $`));
  await note.pressSequentially("about the refund");
  await note.press("Enter");
  const card = app.log.getByRole("article", { name: /^Note by/ }).filter({ hasText: "about the refund" });
  await expect(card).toBeVisible();
  await expect(card.locator("mark")).toHaveText(/^@/);
  await expect(note).toHaveValue("");
  // The list shows the last message, not the note.
  await expect(app.row("Jonas Weber")).not.toContainText("about the refund");

  await page.getByRole("button", { name: "Reply", exact: true }).click();
  await expect(app.box).toHaveValue("Half a reply");

  await card.hover();
  await card.getByRole("button", { name: "Note actions" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  const box = app.log.getByRole("textbox", { name: "Note" });
  await expect(box).toBeFocused();
  await box.fill("Ask about the whole order");
  await box.press("Enter");
  const edited = app.log.getByRole("article", { name: /^Note by/ }).filter({ hasText: "the whole order" });
  await expect(edited).toContainText("Edited");
  await edited.hover();
  await edited.getByRole("button", { name: "Note actions" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(edited).toHaveCount(0);
});

test("what is typed right after the switch is the note, and no shortcut", async ({ app, page }) => {
  await app.open("Jonas Weber");
  await page.getByRole("button", { name: "Note", exact: true }).click();
  // Each of these letters does something to the conversation elsewhere.
  await page.keyboard.type("erased");
  await expect(page.getByRole("textbox", { name: "Note" })).toHaveValue("erased");
  await expect(page.getByRole("button", { name: "Close", exact: true })).toBeVisible();
});

test("a colleague's note and what happens come in as they happen", async ({ app, page }) => {
  await app.open("Jonas Weber");
  const id = new URL(page.url()).searchParams.get("c");
  await app.happens("note", { conversation: id, text: "Careful with this one" });
  await expect(app.log.getByRole("article", { name: /^Note by/ })).toContainText("Careful with this one");
  await page.getByRole("button", { name: /^Status:/ }).click();
  await page.getByRole("menuitemradio", { name: "Pending" }).click();
  await expect(app.log.getByText(/^Set to pending by/)).toBeVisible();
  await page.reload();
  await expect(app.log.getByText(/^Set to pending by/)).toBeVisible();
});

test("a note can be written where no reply can", async ({ app, page }) => {
  await app.open("Jonas Weber");
  const id = new URL(page.url()).searchParams.get("c");
  const closed = { window_expires_at: new Date(Date.now() - 3_600_000).toISOString() };
  await app.happens("update", { conversation: id, change: closed });
  await expect(app.box).toBeDisabled();
  await app.log.press("n");
  const note = page.getByRole("textbox", { name: "Note" });
  await expect(note).toBeFocused();
  await note.fill("Call instead");
  await note.press("Enter");
  await expect(app.log.getByRole("article", { name: /^Note by/ })).toContainText("Call instead");
});

test("a message and a conversation are deleted, after saying what that means", async ({ app, page }) => {
  await app.open("Jonas Weber");
  await app.send("Wrong chat, sorry");
  const bubble = app.bubble("Wrong chat, sorry");
  await expect(bubble).toHaveAttribute("data-status", "read", { timeout: 10_000 });
  await bubble.hover();
  await bubble.getByRole("button", { name: "React" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  const sure = page.getByRole("alertdialog");
  await expect(sure).toContainText("The customer’s phone keeps it");
  await sure.getByRole("button", { name: "Delete" }).click();
  await expect(bubble).toHaveCount(0);
  await expect(app.bubble("Deleted here.")).toBeVisible();
  await expect(app.log.getByText(/^A message was deleted by/)).toBeVisible();

  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "Delete conversation" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete conversation" }).click();
  await expect(app.row("Jonas Weber")).toHaveCount(0);
  await expect(page.getByText("Choose a conversation")).toBeVisible();
});

test("an agent deletes neither, a viewer writes no notes", async ({ app, page }) => {
  await app.signIn("agent@demo.example");
  await app.open("Jonas Weber");
  await page.getByRole("button", { name: "More", exact: true }).click();
  await expect(page.getByRole("menuitem", { name: "Delete conversation" })).toHaveAttribute(
    "aria-disabled",
    "true",
  );
  await app.signIn("viewer@demo.example");
  await app.open("Jonas Weber");
  await expect(page.getByRole("button", { name: "Note", exact: true })).toHaveAttribute(
    "aria-disabled",
    "true",
  );
});

test("notes and lines can be read by everybody", async ({ app, page }) => {
  await app.open("Jonas Weber");
  const id = new URL(page.url()).searchParams.get("c");
  await app.happens("note", { conversation: id, text: "Careful with this one" });
  await page.getByRole("button", { name: "Note", exact: true }).click();
  await page.getByRole("textbox", { name: "Note" }).fill("@");
  await expect(page.getByRole("listbox", { name: "Colleagues" })).toBeVisible();
  await check(page);
});

test("a reply that an assistant proposed is taken over below what is written, and sent by a person", async ({
  app,
  page,
}) => {
  await app.open("Jonas Weber");
  const id = new URL(page.url()).searchParams.get("c");
  await app.box.fill("Hello Jonas!");
  await app.happens("draft", { conversation: id, text: "We open at nine." });
  const card = app.log.getByRole("article", { name: /^Note by/ }).filter({ hasText: "We open at nine." });
  await expect(card).toContainText("Draft reply");
  await card.getByRole("button", { name: "Use as reply" }).click();
  await expect(app.box).toHaveValue("Hello Jonas!\n\nWe open at nine.");
  await expect(app.box).toBeFocused();
  await check(page);
  await app.box.press("Enter");
  await expect(app.log.getByText("Hello Jonas! We open at nine.")).toBeVisible();
});
