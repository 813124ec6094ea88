/** Details beside the thread: edited in place, tags, files, other conversations; canned replies in the box. */
import { expect, test } from "./app.ts";

test("what is known of a contact is edited where it stands", async ({ app, page }) => {
  await app.open("Jonas Weber");
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByRole("button", { name: /^(Company: .*|Add a company)/ }).click();
  await details.getByRole("textbox", { name: "Company" }).fill("Weber & Söhne");
  await page.keyboard.press("Enter");
  await expect(details.getByRole("button", { name: "Company: Weber & Söhne. Edit" })).toBeFocused();

  // Escape leaves it as it was, and the conversation open.
  await details.getByRole("button", { name: /^Name: / }).click();
  await details.getByRole("textbox", { name: "Name" }).fill("Somebody");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("heading", { name: "Jonas Weber" })).toBeVisible();

  await details.getByRole("button", { name: /^Name: / }).click();
  await details.getByRole("textbox", { name: "Name" }).fill("Jonas from the bakery");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Jonas from the bakery" })).toBeVisible();
  await expect(app.row("Jonas from the bakery")).toBeVisible();
  await expect(details.getByText("On WhatsApp: Jonas Weber")).toBeVisible();

  // What the server refuses stays in the box, with the reason.
  const email = details.getByRole("button", { name: /^(Email: .*|Add an email)/ });
  await email.click();
  await details.getByRole("textbox", { name: "Email" }).fill("nobody");
  await page.keyboard.press("Enter");
  await expect(details.getByRole("alert")).toContainText("not an email address");
  await page.keyboard.press("Escape");
});

test("tags are given, made and taken", async ({ app, page }) => {
  await app.open("Jonas Weber");
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByRole("button", { name: "Tag", exact: true }).click();
  const box = page.getByRole("combobox", { name: "Find or create a tag" });
  await box.fill("Brand new");
  await expect(page.getByRole("option")).toHaveText(["Create “Brand new”"]);
  await page.keyboard.press("Enter");
  await expect(details.getByRole("list", { name: "Tags" })).toContainText("Brand new");
  // The list stays for the next one; now it has the tag.
  await expect(page.getByRole("option", { name: "Brand new" })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Escape");
  await details.getByRole("button", { name: "Remove the tag Brand new" }).click();
  await expect(details.getByText("Brand new")).toHaveCount(0);
});

test("a tag that is renamed or deleted is so on everybody at once", async ({ app, page }) => {
  await page.goto("/settings/tags");
  const tags = page.getByRole("list", { name: "Tags" }).getByRole("listitem");
  const first = await tags.first().getByRole("paragraph").textContent();
  await page.getByRole("button", { name: `Edit ${first}` }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Regular");
  await dialog.getByRole("radio", { name: "Pink" }).check({ force: true });
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(tags.filter({ hasText: "Regular" })).toHaveCount(1);

  await page.getByRole("button", { name: "New tag" }).click();
  await dialog.getByLabel("Name").fill("REGULAR");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("already")).toBeVisible();
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "Delete Regular" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(tags.filter({ hasText: "Regular" })).toHaveCount(0);
  expect(app).toBeTruthy();
});

test("a slash finds a canned reply, filled in for this customer", async ({ app, page }) => {
  await app.open("Jonas Weber");
  await app.box.fill("/");
  const options = page.getByRole("option");
  await expect(options).toHaveCount(3);
  await app.box.pressSequentially("th");
  await expect(options.first()).toContainText("/thanks");
  await app.box.press("Enter");
  await expect(app.box).toHaveValue(
    "Thank you, Jonas Weber! Have a lovely day.\nMarina Duarte, Torra & Moinho",
  );
  await expect(options).toHaveCount(0);
  await app.box.press("Enter");
  await expect(app.bubble("Thank you, Jonas Weber!")).toBeVisible();

  // Escape closes the list and nothing else; then what stands there is a text like any other.
  await app.box.fill("/hours");
  await expect(options.first()).toBeVisible();
  await app.box.press("Escape");
  await expect(options).toHaveCount(0);
  await expect(app.box).toHaveValue("/hours");
  // As it does when the page is opened with it.
  await page.reload();
  await expect(app.box).toHaveValue("/hours");
  await expect(app.box).toBeFocused();
  await expect(options).toHaveCount(0);
  await app.box.press("End");
  await app.box.press("Backspace");
  await expect(options.first()).toContainText("/hours");
  await app.box.press("Escape");
  await app.box.press("Enter");
  await expect(app.bubble("/hour")).toBeVisible();
});

test("canned replies are written, changed and deleted", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await page.goto("/settings/canned-replies");
  await page.getByRole("button", { name: "New canned reply" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByLabel("Shortcut")).toBeFocused();
  await dialog.getByLabel("Shortcut").fill("/hours");
  await dialog.getByLabel("Text").fill("Hello ");
  await dialog.getByRole("button", { name: "Customer’s name" }).click();
  await expect(dialog.getByLabel("Text")).toHaveValue("Hello {{contact.name}}");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("already")).toBeVisible();
  await dialog.getByLabel("Shortcut").fill("hello");
  await dialog.getByRole("button", { name: "Save" }).click();
  const rows = page.getByRole("list", { name: "Canned replies" }).getByRole("listitem");
  await expect(rows.filter({ hasText: "/hello" })).toContainText("Written by Marina Duarte");
  await page.getByRole("button", { name: "Edit /hello" }).click();
  await dialog.getByLabel("Text").fill("Hello there");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(rows.filter({ hasText: "Hello there" })).toHaveCount(1);
  await page.getByRole("button", { name: "Delete /hello" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(rows.filter({ hasText: "/hello" })).toHaveCount(0);
});

test("pictures and files of a conversation", async ({ app, page }) => {
  await app.open("Helena Prado");
  const details = page.getByRole("complementary", { name: "Details" });
  await details
    .getByRole("button", { name: /^Photo, / })
    .first()
    .click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await details.getByRole("button", { name: "See all" }).click();
  const dialog = page.getByRole("dialog", { name: "Media and files" });
  // A film is shown like a picture, between the pictures.
  await dialog.getByRole("button", { name: /^Video, / }).click();
  const viewer = page.getByRole("dialog", { name: "Photos and videos" });
  const film = viewer.locator("video");
  await expect.poll(() => film.evaluate((video: HTMLVideoElement) => video.readyState)).toBeGreaterThan(1);
  await expect(viewer.getByRole("button", { name: "Actual size" })).toHaveCount(0);
  await viewer.getByRole("button", { name: "Previous" }).click();
  await expect(viewer.getByRole("img")).toBeVisible();
  await viewer.getByRole("button", { name: "Next" }).click();
  await expect(film).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog.getByRole("button", { name: /^Video, / })).toBeFocused();
  await expect(dialog.getByRole("button", { name: /^Photo, / }).first()).toBeVisible();
  await dialog.getByRole("tab", { name: "Documents" }).click();
  await expect(dialog.getByRole("link").first()).toBeVisible();
  await dialog.getByRole("tab", { name: "Audio" }).click();
  await expect(dialog.getByRole("button", { name: /play/i }).first()).toBeVisible();
});

test("who may only read sees the details and cannot change them", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill("viewer@demo.example");
  await page.getByLabel("Password").fill("correct horse");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("list", { name: "Conversations" }).getByRole("link").nth(1).click();
  const details = page.getByRole("complementary", { name: "Details" });
  await expect(details.getByRole("heading", { name: "Contact" })).toBeVisible();
  await expect(details.getByRole("button", { name: /Edit$|^Add|^Tag$|^Remove/ })).toHaveCount(0);
});

test("notes about a contact are written beside the thread", async ({ app, page }) => {
  await app.open("Jonas Weber");
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByRole("button", { name: "Add a note" }).click();
  await details.getByRole("textbox").fill("Prefers calls in the morning");
  await details.getByRole("button", { name: "Save the note" }).click();
  const note = details.getByRole("listitem").filter({ hasText: "Prefers calls" });
  await expect(note).toContainText("Marina Duarte");
  await note.hover();
  await note.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(note).toHaveCount(0);
});

test("actual size is offered for what is larger than the screen", async ({ app, page }) => {
  await app.open("Helena Prado");
  const pictures = page
    .getByRole("complementary", { name: "Details" })
    .getByRole("button", { name: /^Photo, / });
  await expect(pictures.first()).toBeVisible();
  await pictures.first().click();
  const viewer = page.getByRole("dialog", { name: "Photos and videos" });
  const larger = viewer.getByRole("button", { name: "Actual size" });
  const picture = viewer.getByRole("img");
  await expect(larger).toBeVisible();
  const fitted = (await picture.boundingBox())?.width ?? 0;
  await larger.click();
  await expect.poll(async () => (await picture.boundingBox())?.width).toBeGreaterThan(fitted);
  await viewer.getByRole("button", { name: "Fit to the screen" }).click();
  await expect.poll(async () => (await picture.boundingBox())?.width).toBe(fitted);
  // The same on a screen that has room for it.
  await page.setViewportSize({ width: 2400, height: 1800 });
  await expect(larger).toHaveCount(0);
  await picture.click();
  await expect(picture).toBeVisible();
  await page.setViewportSize({ width: 1440, height: 900 });
  await expect(larger).toBeVisible();
});
