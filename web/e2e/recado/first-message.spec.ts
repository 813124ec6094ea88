import { randomUUID } from "node:crypto";
import { expect, test } from "@playwright/test";

// A new account, from the form to its first answered message, by what the pages say. Two minutes are enough.

test("an empty account is led to its first answered message", async ({ page, context }) => {
  test.setTimeout(120_000);
  const began = Date.now();
  await page.goto("/sign-up");
  await page.getByLabel("Name of your business").fill("Padaria Nova");
  await page.getByLabel("Your name").fill("Rita Sousa");
  await page.getByLabel("Email").fill(`rita.${randomUUID().slice(0, 8)}@nova.example`);
  await page.getByLabel("Password").fill("a long enough password");
  await page.getByRole("button", { name: "Create an account" }).click();

  await page.getByRole("button", { name: "Try with the sandbox" }).click();
  const opens = context.waitForEvent("page");
  await page.getByRole("link", { name: /^Open the/ }).click();
  const phone = await opens;
  await phone.getByRole("button", { name: "Add customer" }).first().click();
  await phone.getByLabel("Name").fill("Otto");
  await phone.getByRole("button", { name: /^Add/ }).last().click();
  const onPhone = phone.getByRole("textbox", { name: "Message as Otto" });
  await onPhone.fill("Are you open?");
  await onPhone.press("Enter");

  await page.bringToFront();
  await page.getByRole("link", { name: "Open the conversation" }).click();
  const log = page.getByRole("log", { name: "Messages" });
  await expect(log.getByText("Are you open?")).toBeVisible();
  const box = page.getByRole("textbox", { name: "Message" });
  await box.fill("Until six!");
  await box.press("Enter");
  await expect(phone.getByRole("log").getByText("Until six!")).toBeVisible();
  await page.goBack();
  await expect(page.getByText("You have answered your first customer.")).toBeVisible();
  expect(Date.now() - began).toBeLessThan(120_000);
});
