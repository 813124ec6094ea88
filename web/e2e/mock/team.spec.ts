import { expect, test } from "./app.ts";
import { check } from "./axe.ts";

/** One red pixel. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
);

// Axe looks at everything, many times.
test.setTimeout(120_000);

test("a profile: name, picture, language and time zone", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await page.goto("/settings/profile");
  const save = page.getByRole("button", { name: "Save" });
  await expect(save).toHaveAttribute("aria-disabled", "true");
  await page.getByLabel("Your name").fill("Marina D.");
  await save.click();
  await expect(page.getByRole("button", { name: "Account of Marina D." })).toBeVisible();
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "me.png", mimeType: "image/png", buffer: PNG });
  await expect(page.locator("nav img[src^='/api/v1/avatars/']")).toBeVisible();
  await page.getByRole("button", { name: "Remove" }).click();
  await expect(page.locator("nav img[src^='/api/v1/avatars/']")).toHaveCount(0);
  await page.getByLabel("Time zone").selectOption("Asia/Tokyo");
  await page.getByLabel("Language").selectOption("pt");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Perfil");
  // It is the member's, not the device's.
  await page.evaluate(() => localStorage.removeItem("recado.language"));
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Perfil");
  await expect(page.getByLabel("Fuso horário")).toHaveValue("Asia/Tokyo");
});

test("a password is changed by who knows it", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await page.goto("/settings/security");
  await page.getByLabel("Current password").fill("wrong");
  await page.getByLabel("New password").fill("a better password");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("This is not your password.")).toBeVisible();
  await page.getByLabel("Current password").fill("correct horse");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Your password was changed")).toBeVisible();
  await expect(page.getByLabel("New password")).toHaveValue("");
});

test("two-step sign-in is set up, renewed and switched off", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await page.goto("/settings/security");
  await page.getByRole("button", { name: "Set up" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Your password").fill("wrong");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await expect(dialog.getByText("This is not your password.")).toBeVisible();
  await dialog.getByLabel("Your password").fill("correct horse");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await expect(dialog.getByRole("img", { name: /QR code/ })).toBeVisible();
  await check(page);
  await dialog.getByLabel("Code from the app").fill("000000");
  await dialog.getByRole("button", { name: "Switch on" }).click();
  await expect(dialog.getByText("This is not the code")).toBeVisible();
  await dialog.getByLabel("Code from the app").fill("123456");
  await dialog.getByRole("button", { name: "Switch on" }).click();
  await expect(dialog.getByRole("list", { name: "Recovery codes" }).getByRole("listitem")).toHaveCount(10);
  await check(page);
  await dialog.getByRole("button", { name: "I have kept them" }).click();
  await expect(page.getByText(/10 recovery codes left/)).toBeVisible();
  await page.getByRole("button", { name: "Switch off" }).click();
  await dialog.getByLabel("Your password").fill("correct horse");
  await dialog.getByRole("button", { name: "Switch off" }).click();
  await expect(page.getByText("Your password alone signs you in.")).toBeVisible();
});

test("signing in takes a second step where there is one", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill("two-step@demo.example");
  await page.getByLabel("Password").fill("correct horse");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Second step" })).toBeVisible();
  await check(page);
  await page.getByLabel("Code from your app").fill("000000");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByText("This is not the code the app shows now.")).toBeVisible();
  await page.getByLabel("Code from your app").fill("123456");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("list", { name: "Conversations" })).toBeVisible();
});

test("an account has another name, another owner, and can be left", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await page.goto("/settings/account");
  await page.getByLabel("Name of your business").fill("Torra");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved")).toBeVisible();
  await page.getByRole("button", { name: "Leave" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Your password").fill("correct horse");
  await dialog.getByRole("button", { name: "Leave" }).click();
  await expect(dialog.getByRole("alert")).toContainText("needs an owner");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Hand over" }).click();
  await dialog.getByLabel("New owner").selectOption({ label: "Ayşe Demir · ayse@demo.example" });
  await dialog.getByLabel("Your password").fill("correct horse");
  await dialog.getByRole("button", { name: "Hand over" }).click();
  await expect(page.getByText("Ayşe Demir owns the account now")).toBeVisible();
  await expect(page.getByRole("button", { name: "Hand over" })).toHaveAttribute("aria-disabled", "true");
  await page.getByRole("button", { name: "Leave" }).click();
  await dialog.getByLabel("Your password").fill("correct horse");
  await dialog.getByRole("button", { name: "Leave" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("the audit log says who did what", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await page.goto("/settings/audit");
  const log = page.getByRole("list", { name: "Audit log" }).getByRole("listitem");
  await expect(log).toHaveCount(7);
  await expect(log.nth(2)).toContainText("Role: from Agent to Viewer");
  await page.getByLabel("Who").selectOption({ label: "Tomás Ferreira" });
  await expect(log).toHaveCount(3);
  await page.getByLabel("What").selectOption({ label: "signed in" });
  await expect(log).toHaveCount(1);
});
