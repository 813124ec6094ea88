import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./app.ts";

// Axe looks at everything, many times.
test.setTimeout(120_000);

/** Focus guards pass the focus on as soon as they get it; axe sees only that they can have it. */
async function check(page: Page): Promise<void> {
  // Fades have ended: colours in between are nobody's choice.
  await page.waitForTimeout(250);
  const { violations } = await new AxeBuilder({ page }).exclude("[data-base-ui-focus-guard]").analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`)).toEqual(
    [],
  );
}

for (const scheme of ["light", "dark"] as const) {
  test.describe(scheme, () => {
    test.use({ colorScheme: scheme });

    test("the inbox", async ({ app, page }) => {
      await check(page);
      for (const name of ["Ana Beatriz Ramos", "Jonas Weber", "Kwame Mensah", "Mehmet Yılmaz"]) {
        await app.open(name);
        await check(page);
      }
      await app.open("Jonas Weber");
      await app.send("this will fail");
      await expect(app.bubble("this will fail")).toHaveAttribute("data-status", "failed");
      await app.send("unknown");
      await expect(app.bubble("We do not know whether")).toBeVisible();
      await page.getByRole("button", { name: /^Status:/ }).click();
      await expect(page.getByRole("menu")).toBeVisible();
      await check(page);
    });

    test("settings", async ({ app, page }) => {
      expect(app).toBeTruthy();
      for (const section of [
        "members",
        "sessions",
        "appearance",
        "canned-replies",
        "tags",
        "api-keys",
        "attention",
      ]) {
        await page.goto(`/settings/${section}`);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await check(page);
      }
      await page.goto("/settings/api-keys");
      await page.getByRole("button", { name: "Create API key" }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await check(page);
    });

    test("the way in", async ({ page }) => {
      for (const path of ["/sign-in", "/sign-up", "/invite/token", "/invite/gone", "/nowhere"]) {
        await page.goto(path);
        await expect(page.getByRole("main")).toBeVisible();
        await check(page);
      }
    });
  });
}

test("right to left", async ({ app, page }) => {
  await app.open("Jonas Weber");
  await page.evaluate(() => localStorage.setItem("recado.language", "ar"));
  await page.reload();
  await expect(page.getByRole("log", { name: "الرسائل" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("dir", "rtl");
  const list = await page.getByRole("list", { name: "المحادثات" }).boundingBox();
  const log = await page.getByRole("log").boundingBox();
  expect(list?.x ?? 0).toBeGreaterThan(log?.x ?? 0);
  await check(page);
});
