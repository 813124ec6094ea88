/** The API's page: a call made from it, with a key that stays in it. */
import { expect, test } from "@playwright/test";

const ready = JSON.parse(process.env.RECADO_READY ?? "{}");

test("a reader tries calls from the page, with a key and with a body", async ({ page }) => {
  const refused: string[] = [];
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) refused.push(message.text());
  });
  await page.goto("/docs");
  await page.getByLabel(/API key/).fill(ready.api_key);

  const list = page.locator("#list_contacts");
  await list.getByText("Try it").click();
  await list.getByLabel(/^limit/).fill("1");
  await list.getByRole("button", { name: "Send" }).click();
  const answer = list.getByRole("status");
  await expect(answer).toContainText("200 OK");
  await expect(answer.locator("pre").first()).toContainText('"next_cursor"');
  await answer.getByText("Headers").click();
  await expect(answer).toContainText("x-request-id");
  await answer.getByText("As a command").click();
  await expect(answer).toContainText("/api/v1/contacts?limit=1");
  await expect(answer).not.toContainText(ready.api_key);

  const create = page.locator("#create_contact");
  await create.getByText("Try it").click();
  await create.getByLabel(/^Body/).fill('{"phone": "no number"}');
  await create.getByRole("button", { name: "Send" }).click();
  await expect(create.getByRole("status")).toContainText("400");
  await expect(create.getByRole("status")).toContainText('"field": "phone"');

  await page.reload();
  await expect(page.getByLabel(/API key/)).toHaveValue("");
  expect(refused).toEqual([]);
});
