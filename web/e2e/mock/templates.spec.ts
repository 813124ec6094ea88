import type { Page } from "@playwright/test";
import { expect, test } from "./app.ts";
import { check } from "./axe.ts";

const list = (page: Page, number: string) => page.getByRole("list", { name: `Templates of ${number}` });
const row = (page: Page, name: string) =>
  page.getByRole("main").getByRole("listitem").filter({ hasText: name });

test("templates are found by number, status, category and words", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await page.getByRole("link", { name: "Templates" }).click();
  await expect(list(page, "Shop").getByRole("listitem")).toHaveCount(7);
  await expect(list(page, "Wholesale").getByRole("listitem")).toHaveCount(2);
  await page.getByLabel("Number").selectOption({ label: "Wholesale" });
  await expect(list(page, "Shop")).toHaveCount(0);
  await page.getByLabel("Number").selectOption({ label: "All numbers" });
  await page.getByLabel("Status").selectOption({ label: "Rejected" });
  await expect(row(page, "win_back")).toContainText("The message looks like spam.");
  await expect(list(page, "Shop").getByRole("listitem")).toHaveCount(1);
  await page.getByLabel("Category").selectOption({ label: "Utility" });
  await expect(page.getByText("No template matches.")).toBeVisible();
  await page.getByLabel("Category").selectOption({ label: "Any category" });
  await page.getByLabel("Status").selectOption({ label: "Any status" });
  await page.getByRole("searchbox", { name: "Search templates" }).fill("pedido");
  await expect(row(page, "order_ready")).toContainText("Portuguese");
});

test("a template is looked at as the customer sees it, and deleted", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await page.goto("/templates");
  await row(page, "delivery_update").getByRole("button").click();
  const dialog = page.getByRole("dialog", { name: "delivery_update" });
  await expect(dialog.getByRole("figure")).toContainText("Your parcel leaves us today");
  await expect(dialog.getByRole("figure")).toContainText("Track it");
  await dialog.getByRole("button", { name: "Delete" }).click();
  const question = page.getByRole("alertdialog");
  await expect(question).toContainText("can no longer be sent");
  await question.getByRole("button", { name: "Delete" }).click();
  await expect(row(page, "delivery_update")).toHaveCount(0);
});

test("a template is written, corrected, handed in and approved before one's eyes", async ({ app, page }) => {
  await page.goto("/templates");
  await page.getByRole("link", { name: "Create a template" }).click();
  const submit = page.getByRole("button", { name: "Submit for approval" });
  const preview = page.getByRole("figure");
  const name = page.getByRole("textbox", { name: "Name" });
  await submit.click();
  await expect(page.getByText("2 things still have to be put right.")).toBeVisible();
  await expect(name).toBeFocused();
  await name.fill("Order Shipped");
  await expect(name).toHaveValue("order_shipped");
  const text = page.getByRole("textbox", { name: "Text of the message" });
  await text.fill("Hello , it is on its way!!!");
  await text.evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(6, 6));
  const body = page.getByRole("group", { name: "Message" });
  await body.getByRole("button", { name: "Insert a variable" }).click();
  await expect(text).toHaveValue("Hello {{1}}, it is on its way!!!");
  await expect(text).toBeFocused();
  await page.getByRole("textbox", { name: "Example for {{1}}" }).fill("Ana");
  await expect(preview).toContainText("Hello Ana, it is on its way!!!");
  // Names instead of numbers, and back.
  await page.getByLabel("Variables have").selectOption({ label: "Names" });
  await expect(text).toHaveValue("Hello {{name}}, it is on its way!!!");
  await expect(preview).toContainText("Hello Ana");
  await page.getByLabel("Variables have").selectOption({ label: "Numbers" });
  const adding = page.getByRole("group", { name: "Add a button" });
  await adding.getByRole("button", { name: "Phone call" }).click();
  await expect(adding.getByRole("button", { name: "Phone call" })).toHaveAttribute("aria-disabled", "true");
  const first = page.getByRole("listitem", { name: "Button 1" });
  await first.getByRole("textbox", { name: "Text on the button" }).fill("Call us");
  await first.getByRole("textbox", { name: "Phone number" }).fill("4002-8922");
  await submit.click();
  const phone = first.getByRole("textbox", { name: "Phone number" });
  await expect(phone).toHaveAccessibleDescription(/with the country code/);
  await expect(phone).toBeFocused();
  await phone.fill("+55 11 4002-8922");
  await submit.click();
  // What the server does not like stands where it is.
  await expect(text).toHaveAccessibleDescription("WhatsApp does not accept this text.");
  await text.fill("Hello {{1}}, it is on its way.");
  await submit.click();
  await expect(page.getByText("order_shipped was submitted")).toBeVisible();
  await expect(row(page, "order_shipped")).toContainText("In review");
  await app.happens("decide", { name: "order_shipped", status: "approved" });
  await expect(row(page, "order_shipped")).toContainText("Approved");
  await expect(page.getByRole("status").filter({ hasText: "order_shipped: Approved" })).toBeVisible();
});

test("a header that is a picture wants an example file", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await page.goto("/templates/new");
  await page.getByRole("textbox", { name: "Name" }).fill("news");
  await page.getByRole("textbox", { name: "Text of the message" }).fill("The new harvest is here.");
  await page.getByLabel("What stands on top").selectOption({ label: "A picture" });
  await page.getByRole("button", { name: "Submit for approval" }).click();
  await expect(page.getByLabel("Example file")).toHaveAccessibleDescription("Choose an example file.");
  await page.getByLabel("Example file").setInputFiles({
    name: "harvest.png",
    mimeType: "image/png",
    buffer: Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    ),
  });
  await expect(page.getByRole("figure").locator("img")).toBeVisible();
  await expect(page.getByLabel("Example file")).toHaveAccessibleDescription(/^For the review only/);
  await page.getByRole("button", { name: "Submit for approval" }).click();
  await expect(row(page, "news").first()).toBeVisible();
});

test("without a number there is nothing to write templates for", async ({ app, page }) => {
  await app.happens("no-numbers");
  await page.goto("/templates");
  await expect(page.getByText("Connect a number first")).toBeVisible();
  await page.getByRole("link", { name: "To the numbers" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Numbers" })).toBeVisible();
});

test("who may not write templates sees them and is told why", async ({ page }) => {
  await page.goto("/sign-in?next=/templates");
  await page.getByLabel("Email").fill("agent@demo.example");
  await page.getByLabel("Password").fill("correct horse");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("Only admins and owners write templates.")).toBeVisible();
  await row(page, "invoice").getByRole("button").click();
  const dialog = page.getByRole("dialog", { name: "invoice" });
  await expect(dialog.getByRole("figure")).toContainText("here is the invoice");
  await expect(dialog.getByRole("button", { name: "Delete" })).toHaveCount(0);
});

test("templates are accessible", async ({ app, page }) => {
  test.setTimeout(90_000);
  expect(app).toBeTruthy();
  await page.goto("/templates");
  await expect(row(page, "win_back")).toBeVisible();
  await check(page);
  await row(page, "harvest_news").getByRole("button").click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await check(page);
  await page.goto("/templates/new");
  await page.getByLabel("What stands on top").selectOption({ label: "A picture" });
  const adding = page.getByRole("group", { name: "Add a button" });
  for (const kind of ["Quick reply", "Web page", "Code to copy"])
    await adding.getByRole("button", { name: kind }).click();
  await page.getByRole("textbox", { name: "Text of the message" }).fill("Hello {{1}}!");
  await page.getByRole("button", { name: "Submit for approval" }).click();
  await expect(page.getByText(/things still have to be put right/)).toBeVisible();
  await check(page);
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  test("nothing sticks out, in both directions", async ({ app, page }) => {
    expect(app).toBeTruthy();
    for (const language of ["en", "ar"]) {
      await page.evaluate((value) => localStorage.setItem("recado.language", value), language);
      for (const path of ["/templates", "/templates/new"]) {
        await page.goto(path, { waitUntil: "networkidle" });
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      }
    }
  });
});
