import { expect, test } from "./app.ts";

test.use({ serviceWorkers: "allow" });

test("the app opens where there is no network, and keeps nothing of what the API told", async ({
  app,
  page,
  context,
}) => {
  expect(app).toBeTruthy();
  await page.evaluate(() => navigator.serviceWorker.ready);
  // The page that has the worker from its beginning is the one whose files it keeps.
  await page.reload();
  await expect(app.rows.first()).toBeVisible();
  await expect
    .poll(() =>
      page.evaluate(async () => (await caches.open("recado-shell")).keys().then((all) => all.length)),
    )
    .toBeGreaterThan(3);
  const kept = await page.evaluate(async () =>
    (await (await caches.open("recado-shell")).keys()).map((request) => new URL(request.url).pathname),
  );
  expect(kept.filter((path) => path.startsWith("/api/"))).toEqual([]);
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByText("could not be reached").first()).toBeVisible();
  await context.setOffline(false);
  await page.getByRole("button", { name: "Retry" }).first().click();
  await expect(app.rows.first()).toBeVisible();
});
