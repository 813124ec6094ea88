/** Writing to somebody first: a contact who is known, or a phone that is new. */
import type { Page } from "@playwright/test";
import { expect, test } from "./app.ts";
import { check } from "./axe.ts";

const dialog = (page: Page) => page.getByRole("dialog", { name: "Start a conversation" });

test("a contact is found by name, and a template opens the conversation", async ({ app, page }) => {
  await page.getByRole("button", { name: "Start a conversation" }).click();
  const start = dialog(page);
  await start.getByRole("searchbox", { name: "Name or phone number" }).fill("priya");
  const found = start.getByRole("list", { name: "Contacts" }).getByRole("button");
  await expect(found).toHaveCount(1);
  await found.click();
  await expect(start.getByText("Priya Nair wrote within 24 hours: no template is needed.")).toBeVisible();
  await start.getByRole("button", { name: /^order_ready\s*en/ }).click();
  const send = start.getByRole("button", { name: "Send" });
  await expect(start.getByRole("textbox", { name: "Text: {{1}}" })).toHaveValue("Priya");
  await expect(send).toBeDisabled();
  await start.getByRole("textbox", { name: "Text: {{2}}" }).fill("4711");
  await start.getByRole("textbox", { name: "Text: {{3}}" }).fill("Friday");
  await send.click();
  await expect(start).toBeHidden();
  await expect(page.getByRole("heading", { name: /Priya/ })).toBeVisible();
  await expect(app.bubble("4711")).toBeVisible();
});

test("a new phone gets its country, and what the server refuses stays to be corrected", async ({
  app,
  page,
}) => {
  await page.keyboard.press("c");
  const start = dialog(page);
  const search = start.getByRole("searchbox", { name: "Name or phone number" });
  await expect(search).toBeFocused();
  await search.fill("+49 151 0000000");
  await start.getByRole("button", { name: /^Write to/ }).click();
  await expect(start.getByRole("combobox", { name: "Country" })).toHaveValue("DE");
  await expect(start.getByRole("textbox", { name: "Name, if you know it" })).toBeFocused();
  await page.keyboard.type("Zoë Ångström");
  await page.keyboard.press("Enter");
  await start.getByRole("button", { name: /^order_ready\s*en/ }).click();
  await start.getByRole("textbox", { name: "Text: {{2}}" }).fill("4712");
  await start.getByRole("textbox", { name: "Text: {{3}}" }).fill("Friday");
  await start.getByRole("button", { name: "Send" }).click();

  const phone = start.getByRole("textbox", { name: "Phone number" });
  await expect(phone).toHaveAccessibleDescription(/No such number can exist/);
  await expect(phone).toHaveValue("+49 1510 000000");
  await phone.fill("1512 3456780");
  await expect(phone).toHaveAccessibleDescription("+49 1512 3456780");
  await phone.press("Enter");
  await expect(start.getByText("Zoë Ångström")).toBeVisible();
  await start.getByRole("button", { name: /^order_ready\s*en/ }).click();
  await start.getByRole("textbox", { name: "Text: {{2}}" }).fill("4713");
  await start.getByRole("textbox", { name: "Text: {{3}}" }).fill("Friday");
  await start.getByRole("button", { name: "Send" }).click();
  await expect(page.getByRole("heading", { name: "Zoë Ångström" })).toBeVisible();
  await expect(app.bubble("4713")).toBeVisible();
  // The next one begins where this one was.
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.keyboard.press("c");
  await expect(dialog(page).getByRole("combobox", { name: "Country" })).toHaveValue("DE");
});

test("a phone that is somebody's already is theirs", async ({ app: _, page }) => {
  await page.keyboard.press("c");
  const start = dialog(page);
  await start.getByRole("textbox", { name: "Phone number" }).fill("+44 7911 123456");
  await start.getByRole("button", { name: "Continue" }).click();
  await expect(start.getByText(/Oliver Smith (already|wrote)/)).toBeVisible();
  await start.getByRole("button", { name: "Open the conversation" }).click();
  await expect(start).toBeHidden();
  await expect(page.getByRole("textbox", { name: "Message" })).toBeAttached();
});

test("another number is another conversation, beside the one that is open", async ({ app, page }) => {
  await page.getByRole("searchbox", { name: "Search conversations" }).fill("jonas");
  await page.locator("[data-hit]").first().click();
  await expect(page.getByRole("heading", { name: "Jonas Weber" })).toBeVisible();
  const id = new URL(page.url()).searchParams.get("c");
  // As from a message that was found.
  await page.evaluate((id) => history.pushState({}, "", `/inbox?c=${id}&m=elsewhere`), id);
  await page.keyboard.press("Escape");
  await page.keyboard.press("c");
  const start = dialog(page);
  await start.getByRole("searchbox", { name: "Name or phone number" }).fill("Jonas");
  await start
    .getByRole("list", { name: "Contacts" })
    .getByRole("button", { name: /Jonas Weber/ })
    .click();
  const from = start.getByRole("combobox", { name: "From" });
  await from.selectOption({ label: "Wholesale · +55 11 95555-0147" });
  await expect(start.getByText(/^You have a conversation/)).toBeHidden();
  await start.getByRole("button", { name: /^order_received/ }).click();
  await start.getByRole("textbox", { name: "Text: {{1}}" }).fill("4714");
  await start.getByRole("button", { name: "Send" }).click();
  await expect(app.bubble("order 4714")).toBeVisible();
  await page.getByRole("complementary").getByRole("link", { name: /^Shop/ }).click();
  await expect(page).toHaveURL(new RegExp(`c=${id}`));
  await expect(page).not.toHaveURL(/m=/);
});

test("a phone is grouped as it is typed, and keeps the caret where something is mended", async ({
  app: _,
  page,
}) => {
  await page.keyboard.press("c");
  const start = dialog(page);
  const phone = start.getByRole("textbox", { name: "Phone number" });
  const country = start.getByRole("combobox", { name: "Country" });
  await country.selectOption("US");
  await phone.pressSequentially("2133734253");
  await expect(phone).toHaveValue("(213) 373-4253");
  await expect(phone).toHaveAccessibleDescription("+1 213 373 4253");
  for (let at = 0; at < 5; at++) await phone.press("Backspace");
  await expect(phone).toHaveValue("(213) 373");
  await phone.press("Home");
  await phone.press("ArrowRight");
  await phone.press("Delete");
  await phone.press("8");
  await expect(phone).toHaveValue("(813) 373");
  await phone.press("End");
  await phone.press("9");
  await expect(phone).toHaveValue("(813) 373-9");

  // What is pasted says its country; what it is then given takes the number along.
  await phone.fill("\u202a+1 416-555-0100\u202c");
  await expect(country).toHaveValue("CA");
  await expect(phone).toHaveValue("+1 416 555 0100");
  await country.selectOption("US");
  await expect(phone).toHaveValue("(416) 555-0100");
  await phone.fill("0034612345678");
  await expect(country).toHaveValue("ES");
  await expect(phone).toHaveValue("+34 612 34 56 78");
});

test("what is no phone is said at once, and Escape and the way back close it", async ({ app: _, page }) => {
  await page.keyboard.press("c");
  const start = dialog(page);
  const phone = start.getByRole("textbox", { name: "Phone number" });
  await start.getByRole("combobox", { name: "Country" }).selectOption("DE");
  for (const [bad, why] of [
    ["", "Write a phone number"],
    ["call me", "Write a phone number"],
    ["12", "Too short for the country chosen (Germany)."],
    ["0151 1234567890123456", "Too long for the country chosen (Germany)."],
    ["+999 123456789012345", "No country has this code."],
    ["+1 111 111 1111", null],
    ["(111) 111-1111", "No number is known to look like this in the country chosen (United States)"],
  ] as const) {
    await phone.fill(bad);
    if (why === null) {
      await expect(phone).toHaveAccessibleDescription(/^Check it: .*United States/);
      continue;
    }
    await start.getByRole("button", { name: "Continue" }).click();
    await expect(phone).toHaveAttribute("aria-invalid", "true");
    await expect(phone).toHaveAccessibleDescription(new RegExp(`^${why.replace(/[().]/g, "\\$&")}`));
    await expect(phone).toBeFocused();
  }
  await page.keyboard.press("Escape");
  await expect(start).toBeHidden();
  await page.keyboard.press("c");
  await expect(start).toBeVisible();
  await page.goBack();
  await expect(start).toBeHidden();
});

test("recent conversations stand on the page of numbers, and are archived and reopened there", async ({
  app: _,
  page,
}) => {
  await page.evaluate(() => history.pushState({}, "", "/numbers"));
  const table = page.getByRole("table", { name: "Recent conversations" });
  const row = table.getByRole("row").filter({ hasText: "Jonas Weber" });
  await expect(row).toContainText("Open");
  await row.getByRole("button", { name: "Archive the conversation with Jonas Weber" }).click();
  await expect(row).toContainText("Closed");
  await row.getByRole("button", { name: "Reopen the conversation with Jonas Weber" }).click();
  await expect(row).toContainText("Open");
  await row.getByRole("link", { name: "View the chat with Jonas Weber" }).click();
  await expect(page.getByRole("heading", { name: "Jonas Weber" })).toBeVisible();
});

test("nobody is kept out of it", async ({ app: _, page }) => {
  await page.keyboard.press("c");
  const start = dialog(page);
  await expect(start.getByRole("list", { name: "Contacts" }).getByRole("button").first()).toBeVisible();
  await check(page);
  await start.getByRole("list", { name: "Contacts" }).getByRole("button").first().click();
  await expect(start.getByRole("combobox", { name: "From" })).toBeVisible();
  await check(page);
  await page.goto("/numbers");
  await expect(page.getByRole("table", { name: "Recent conversations" })).toBeVisible();
  await check(page);
});
