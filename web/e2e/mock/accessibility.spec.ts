import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, test } from "./app.ts";
import { check } from "./axe.ts";

// Axe looks at everything, many times.
test.setTimeout(180_000);

/** Every address of src/app/router.tsx that needs a session, beside the inbox; a test holds the two together. */
const PAGES = [
  "/notifications",
  "/welcome",
  "/numbers",
  "/numbers/connect",
  "/numbers/$id",
  "/templates",
  "/templates/new",
  "/settings/profile",
  "/settings/security",
  "/settings/members",
  "/settings/account",
  "/settings/sessions",
  "/settings/appearance",
  "/settings/canned-replies",
  "/settings/tags",
  "/settings/notifications",
  "/settings/api-keys",
  "/settings/webhooks",
  "/settings/webhooks/$id",
  "/settings/attention",
  "/settings/audit",
];
const OUTSIDE = ["/sign-in", "/sign-up", "/invite/token", "/invite/gone", "/nowhere"];

/** As a link would: without loading everything anew. */
async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => history.pushState({}, "", to), path);
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
}

test("every address is looked at", () => {
  const router = readFileSync("src/app/router.tsx", "utf8");
  const paths = [...router.matchAll(/getParentRoute: \(\) => (\w+),\s+path: "([^"]+)"/g)].map(
    ([, parent, path]) => (parent === "settings" ? `/settings${path}` : path),
  );
  const known = [...PAGES, ...OUTSIDE, "/", "/inbox", "/settings", "/settings/", "/invite/$token"];
  expect(paths.length).toBeGreaterThan(20);
  expect(paths.filter((path) => !known.includes(path ?? ""))).toEqual([]);
});

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

test("every page", async ({ app, page }) => {
  expect(app).toBeTruthy();
  const first = async (list: string): Promise<string> =>
    (await (await page.request.get(`/api/v1/${list}`)).json()).data[0].id;
  const [number, webhook] = [await first("channels"), await first("webhooks")];
  for (const path of PAGES) {
    await test.step(path, async () => {
      await go(page, path.replace("$id", path.startsWith("/numbers") ? number : webhook));
      await check(page);
    });
  }
  await go(page, "/settings/api-keys");
  await page.getByRole("button", { name: "Create API key" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await check(page);
});

test("what a viewer sees", async ({ app, page }) => {
  await app.signIn("viewer@demo.example");
  await app.open("Ana Beatriz Ramos");
  await page.getByRole("button", { name: "More", exact: true }).click();
  await expect(page.getByRole("menuitem").first()).toBeVisible();
  await check(page);
  for (const path of ["/settings/members", "/settings/tags", "/settings/audit"]) {
    await go(page, path);
    await check(page);
  }
});

test("the way in", async ({ page }) => {
  for (const path of OUTSIDE) {
    await page.goto(path);
    await expect(page.getByRole("main")).toBeVisible();
    await check(page);
  }
});

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
  for (const path of ["/settings/members", "/numbers"]) {
    await go(page, path);
    await expect(page.getByRole("main").getByRole("switch").first()).toBeVisible();
    await check(page);
  }
});
