import type { Page } from "@playwright/test";
import { expect, test } from "./app.ts";
import { check } from "./axe.ts";

const card = (page: Page, name: string) => page.getByRole("article", { name });

test("a number tells how it does, and what to do when something is wrong", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await page.getByRole("link", { name: "Numbers" }).click();
  const meta = card(page, "Wholesale");
  await expect(meta).toContainText("Everything works.");
  await expect(meta).toContainText("Up to 2,000 customers a day");
  await expect(meta).toContainText("7 minutes ago");
  await expect(meta).toContainText("Medium");
  await expect(card(page, "Porto")).toContainText("WhatsApp does not let this number send");
  await expect(card(page, "Porto")).toContainText("Enter new access");
  await meta.getByRole("button", { name: "Check now" }).click();
  await expect(meta).toContainText("High");
  await expect(page.getByText("Wholesale was checked")).toBeVisible();
});

test("a number is switched on only with someone who looks after it", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await page.goto("/numbers");
  const porto = card(page, "Porto");
  const active = porto.getByRole("switch");
  await active.click();
  await expect(porto.getByRole("alert")).toContainText("needs someone who looks after it");
  await expect(active).not.toBeChecked();
  await porto.getByRole("button", { name: "Choose someone" }).click();
  const dialog = page.getByRole("dialog");
  // Who has not got WhatsApp enabled cannot be chosen.
  await expect(dialog.getByRole("option", { name: /Noor Haddad/ })).toBeDisabled();
  await dialog.getByLabel("Looked after by").selectOption({ label: "Tomás Ferreira" });
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(active).toBeChecked();
  await expect(porto).toContainText("Tomás Ferreira");
});

test("a number is deleted by typing its name", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await page.goto("/numbers");
  await page.getByRole("button", { name: "More for Wholesale" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("All its conversations stay and can be read.");
  await expect(dialog.getByRole("button", { name: "Delete" })).toHaveAttribute("aria-disabled", "true");
  await dialog.getByRole("textbox").fill("wholesale");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(card(page, "Wholesale")).toHaveCount(0);
});

test("a number of Meta's is connected, tested and opened", async ({ app, page }) => {
  await app.happens("no-numbers");
  await page.goto("/numbers");
  await expect(page.getByText("No number is connected yet")).toBeVisible();
  await page.getByRole("link", { name: "Connect a number" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Support");
  await page.getByLabel("Looked after by").selectOption({ label: "Marina Duarte" });
  await page.getByLabel("Phone number id").fill("not a number");
  await page.getByLabel("WhatsApp Business account id").fill("2200114466");
  await page.getByLabel("Permanent access token").fill("wrong");
  await page.getByLabel("App secret").fill("s");
  const submit = page.getByRole("button", { name: "Check and connect" });
  await submit.click();
  await expect(page.getByLabel("Permanent access token")).toHaveAccessibleDescription(
    /does not accept.*permanent token/,
  );
  await page.getByLabel("Permanent access token").fill("unreachable");
  await submit.click();
  await expect(page.getByRole("alert").filter({ hasText: "could not be reached" })).toContainText(
    "Nothing was saved.",
  );
  await page.getByLabel("Permanent access token").fill("EAA");
  await submit.click();
  await expect(page.getByLabel("Phone number id")).toHaveAccessibleDescription(/not the phone number itself/);
  await page.getByLabel("Phone number id").fill("1044556677");
  await submit.click();
  await expect(page.getByRole("textbox", { name: "Webhook address" })).toHaveValue(
    /^https:\/\/.+\/hooks\/meta\/.+/,
  );
  await expect(page.getByRole("textbox", { name: "Verify token" })).toHaveValue(/^[a-z2-9]{24}$/);
  await expect(page.getByRole("link", { name: /Open in WhatsApp/ })).toHaveAttribute(
    "href",
    /^https:\/\/wa\.me\/15550104477\?text=/,
  );
  await expect(page.getByText("Waiting for your message…")).toBeVisible();
  const id = page.url().split("/").at(-1);
  await app.happens("arrive", { name: "Me", text: "Does it work?", channel: id });
  await expect(page.getByText("It arrived: “Does it work?”. Your number is ready.")).toBeVisible();
  await page.getByRole("link", { name: "Open the conversation" }).click();
  await expect(app.bubble("Does it work?")).toBeVisible();
});

test("Twilio's account is given once, then its numbers are picked or typed", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await page.goto("/numbers/connect");
  await page.getByRole("radio", { name: /At Twilio/ }).check();
  await page.getByLabel("Account SID").fill(`AC${"7".repeat(32)}`);
  await page.getByLabel("Auth token").fill("wrong");
  await page.getByRole("button", { name: "Check and save" }).click();
  await expect(page.getByLabel("Auth token")).toHaveAccessibleDescription(/does not know this SID/);
  await page.getByLabel("Auth token").fill("right");
  await page.getByRole("button", { name: "Check and save" }).click();
  // One of them is connected already, another not ready yet.
  await expect(page.getByRole("radio", { name: /\+351215550182/ })).toBeDisabled();
  await expect(page.getByText("Not ready at Twilio: PENDING_VERIFICATION")).toBeVisible();
  await page.getByRole("radio", { name: "Another number: type it" }).check();
  await page.getByLabel("WhatsApp number").fill("215550182");
  await page.getByRole("textbox", { name: "Name" }).fill("Braga");
  await page.getByLabel("Looked after by").selectOption({ label: "Ayşe Demir" });
  const submit = page.getByRole("button", { name: "Check and connect" });
  await submit.click();
  await expect(page.getByLabel("WhatsApp number")).toHaveAccessibleDescription(
    /not a number with its country code/,
  );
  await page.getByRole("radio", { name: /\+351225550199/ }).check();
  await submit.click();
  await expect(page.getByRole("heading", { level: 1, name: "Braga" })).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Verify token" })).toHaveCount(0);
  await page.getByRole("link", { name: "Numbers" }).first().click();
  await expect(page.getByRole("region", { name: "Your Twilio account" })).toContainText(
    `AC${"7".repeat(32)}`,
  );
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("Not given yet: numbers at Twilio cannot send.")).toBeVisible();
});

test("who may not change numbers sees them and is told why", async ({ page }) => {
  await page.goto("/sign-in?next=/numbers");
  await page.getByLabel("Email").fill("agent@demo.example");
  await page.getByLabel("Password").fill("correct horse");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(card(page, "Wholesale")).toContainText("Everything works.");
  await expect(page.getByText("Only admins and owners connect and change numbers.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Connect a number" })).toHaveCount(0);
  await expect(card(page, "Wholesale").getByRole("switch")).toHaveAttribute("aria-disabled", "true");
  await page.goto("/numbers/connect");
  await expect(page.getByRole("heading", { name: "Not for your role" })).toBeVisible();
});

test("members get WhatsApp enabled", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await page.goto("/settings/members");
  const noor = page.getByRole("switch", { name: "WhatsApp enabled for Noor Haddad" });
  await expect(noor).not.toBeChecked();
  await noor.click();
  await expect(noor).toBeChecked();
});

test("numbers are accessible", async ({ app, page }) => {
  test.setTimeout(90_000);
  expect(app).toBeTruthy();
  await page.goto("/numbers");
  await card(page, "Porto").getByRole("switch").click();
  await expect(card(page, "Porto").getByRole("alert")).toBeVisible();
  await check(page);
  await card(page, "Porto").getByRole("button", { name: "Choose someone" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await check(page);
  await page.keyboard.press("Escape");
  await card(page, "Wholesale").getByRole("link", { name: "Set up and test" }).click();
  await expect(page.getByRole("textbox", { name: "Verify token" })).toBeVisible();
  await check(page);
  await page.goto("/numbers/connect");
  await expect(page.getByLabel("App secret")).toBeVisible();
  await check(page);
  await page.getByRole("radio", { name: /At Twilio/ }).check();
  await expect(page.getByLabel("Account SID")).toBeVisible();
  await check(page);
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  test("nothing sticks out, in both directions", async ({ app, page }) => {
    expect(app).toBeTruthy();
    for (const language of ["en", "ar"]) {
      await page.evaluate((value) => localStorage.setItem("recado.language", value), language);
      for (const path of ["/numbers", "/numbers/connect"]) {
        await page.goto(path, { waitUntil: "networkidle" });
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
        expect(await tooSmall(page)).toEqual([]);
      }
    }
  });
});

/** What a finger would miss. Boxes and circles count with the label around them. */
async function tooSmall(page: Page): Promise<unknown[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("button, a[href], select, input, textarea")]
      .map((element) =>
        element.matches("[type=radio], [type=checkbox]") ? element.closest("label") : element,
      )
      .filter((element) => element?.offsetParent && !element.className.includes("sr-only"))
      .map((element) => ({ name: element?.textContent, height: element?.offsetHeight ?? 0 }))
      .filter(({ height, name }) => height < 40 && !/Skip|تخطَّ|تخطي|الانتقال/.test(name ?? "")),
  );
}
