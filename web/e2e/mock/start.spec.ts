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
  await expect(phone).toHaveValue("+49 151 0000000");
  await phone.fill("1512 3456780");
  await expect(phone).toHaveAccessibleDescription("+4915123456780");
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

test("what is no phone is said at once, and Escape and the way back close it", async ({ app: _, page }) => {
  await page.keyboard.press("c");
  const start = dialog(page);
  const phone = start.getByRole("textbox", { name: "Phone number" });
  for (const bad of ["", "12", "call me", "+999 123456789012345"]) {
    await phone.fill(bad);
    await start.getByRole("button", { name: "Continue" }).click();
    await expect(phone).toHaveAttribute("aria-invalid", "true");
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
