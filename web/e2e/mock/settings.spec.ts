import { expect, test } from "./app.ts";

test("an invitation's link is shown once, to be copied", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await page.goto("/settings/members");
  await page.getByRole("button", { name: "Invite someone" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Role").selectOption("admin");
  await dialog.getByRole("button", { name: "Create the link" }).click();
  await expect(dialog.getByLabel("Invitation link")).toHaveValue(/\/invite\/.+/);
  await dialog.getByRole("button", { name: "Done" }).click();
  const invites = page.getByRole("list", { name: "Open invitations" }).getByRole("listitem");
  await expect(invites).toHaveCount(2);
  await invites.first().getByRole("button", { name: "Withdraw" }).click();
  await expect(invites).toHaveCount(1);
});

test("roles change, and nobody removes themselves", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await page.goto("/settings/members");
  await page.getByLabel("Role of Ayşe Demir").selectOption("viewer");
  await expect(page.getByLabel("Role of Ayşe Demir")).toHaveValue("viewer");
  await expect(page.getByRole("button", { name: "Remove Marina Duarte" })).toHaveAttribute(
    "aria-disabled",
    "true",
  );
  await page.getByRole("button", { name: "Remove Noor Haddad" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("noor@demo.example")).toHaveCount(0);
});

test("a key is shown once, its name and limit can be changed, and it can be revoked", async ({
  app,
  page,
}) => {
  expect(app).toBeTruthy();
  await page.goto("/settings/api-keys");
  await page.getByRole("button", { name: "Create API key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Reports");
  await dialog.getByRole("button", { name: "Create API key" }).click();
  await expect(dialog.getByLabel("Reports")).toHaveValue(/^wacrm_live_/);
  await dialog.getByRole("button", { name: "Done" }).click();
  const row = page.getByRole("listitem").filter({ hasText: "Reports" });
  await expect(row).not.toContainText("per minute");
  await page.getByRole("button", { name: "Edit the API key Reports" }).click();
  await dialog.getByLabel("Name").fill("Monthly Reports");
  await dialog.getByLabel("Requests per minute").fill("120");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(row).toContainText("Up to 120 requests per minute");
  await page.getByRole("button", { name: "Edit the API key Monthly Reports" }).click();
  await expect(dialog.getByLabel("Requests per minute")).toHaveValue("120");
  await dialog.getByLabel("Requests per minute").fill("");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(row).not.toContainText("per minute");
  await page.getByRole("button", { name: "Revoke Monthly Reports" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
  await expect(row).toContainText("Revoked");
});

test("sessions end, webhooks are replayed, jobs are tried again", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await page.goto("/settings/sessions");
  await expect(page.getByText("Chrome on Linux")).toBeVisible();
  await page.getByRole("button", { name: "End all others" }).click();
  await expect(page.getByText("Safari on iOS")).toHaveCount(0);
  await page.goto("/settings/attention");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page.getByRole("dialog")).toContainText("whatsapp_business_account");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Replay" }).click();
  await expect(page.getByText("Every webhook was understood.")).toBeVisible();
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByText("No job has been given up.")).toBeVisible();
});

test("theme and language are kept", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await page.goto("/settings/appearance");
  await page.getByRole("radio", { name: "Dark" }).check();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByLabel("Language").selectOption("es");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Apariencia");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.locator("html")).toHaveAttribute("lang", "es");
});

test("a language chosen in one tab is that of the others, too", async ({ app: _, page, context }) => {
  const other = await context.newPage();
  await other.goto("/settings/profile");
  await expect(other.getByLabel("Language")).toHaveValue("en");
  await page.goto("/settings/appearance");
  await page.getByLabel("Language").selectOption("ar");
  await expect(page.locator("html")).toHaveAttribute("dir", "rtl");
  await expect(other.locator("html")).toHaveAttribute("lang", "ar");
  await expect(other.locator("html")).toHaveAttribute("dir", "rtl");
  await expect(other.locator("main select").first()).toHaveValue("ar");
});
