import { expect, test } from "./app.ts";
import { check } from "./axe.ts";

// Axe looks at everything, many times.
test.setTimeout(120_000);

test("a webhook is added, and its secret shown once", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await page.goto("/settings/webhooks");
  const list = page.getByRole("list", { name: "Webhooks" });
  await expect(list.getByRole("listitem")).toHaveCount(2);
  await page.getByRole("button", { name: "Add webhook" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Address").fill("http://shop.example.com");
  const add = dialog.getByRole("button", { name: "Add webhook" });
  await add.click();
  await expect(dialog.getByText("The address must begin with https://.")).toBeVisible();
  await dialog.getByLabel("Address").fill("https://reports.example.com/in");
  await dialog.getByLabel("What it is for").fill("Reports");
  await dialog.getByRole("checkbox", { name: "message.received" }).uncheck();
  await dialog.getByRole("checkbox", { name: "message.status_updated" }).uncheck();
  await expect(add).toHaveAttribute("aria-description", "Choose at least one event.");
  await dialog.getByRole("checkbox", { name: "note.created" }).check();
  await add.click();
  await expect(dialog.getByLabel("Secret", { exact: true })).toHaveValue(/^whsec_/);
  await dialog.getByRole("tab", { name: "Python" }).click();
  await expect(dialog.getByRole("tabpanel")).toContainText("from standardwebhooks.webhooks import Webhook");
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(list.getByRole("listitem").first()).toContainText("Reports");
  await expect(list.getByRole("listitem").first()).toContainText("1 event");
});

test("what was told is looked at and sent again", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await page.goto("/settings/webhooks");
  await page.getByRole("link", { name: /Shop/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Shop");
  const log = page.getByRole("list", { name: "Deliveries" });
  await expect(log.getByRole("listitem")).toHaveCount(50);
  await page.getByRole("button", { name: "Show more" }).click();
  await expect(log.getByRole("listitem")).toHaveCount(64);
  await page.getByLabel("State").selectOption("failed");
  await expect(log.getByRole("listitem")).toHaveCount(1);
  await log.getByRole("button").click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("The endpoint did not answer within 10s.")).toBeVisible();
  await expect(dialog.getByRole("region", { name: "Request" })).toContainText('"event": "message.received"');
  await dialog.getByRole("button", { name: "Send again" }).click();
  await expect(dialog.getByText("answered 200")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByText("Nothing is in this state.")).toBeVisible();
});

test("one that was switched off says why, is tested and switched on", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await page.goto("/settings/webhooks");
  await page.getByRole("link", { name: /old-crm/ }).click();
  await expect(page.getByText(/nothing had reached it for days/)).toBeVisible();
  await page.getByRole("button", { name: "Send test event" }).click();
  await expect(page.getByText("The endpoint answered with status 404.")).toBeVisible();
  await page.getByRole("button", { name: "Answer" }).click();
  await expect(page.getByRole("dialog").getByText("Not here")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("switch").click();
  await expect(page.getByText("Webhook switched on")).toBeVisible();
  await expect(page.getByText(/nothing had reached it for days/)).toHaveCount(0);
  await page.getByRole("button", { name: "Replace secret" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Replace secret" }).click();
  await expect(page.getByRole("dialog").getByLabel("Secret", { exact: true })).toHaveValue(/^whsec_/);
  await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
  await expect(page.getByText(/The old secret signs too until/)).toBeVisible();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("list", { name: "Webhooks" }).getByRole("listitem")).toHaveCount(1);
});

test("agents are told who manages webhooks", async ({ app, page }) => {
  await app.signIn("agent@demo.example");
  await page.goto("/settings/webhooks");
  await expect(page.getByText("Only admins and owners manage webhooks.")).toBeVisible();
});

for (const width of [1280, 390]) {
  test(`webhooks can be used by everybody, ${width}`, async ({ app, page }) => {
    expect(app).toBeTruthy();
    await page.setViewportSize({ width, height: 840 });
    const fits = async (name: string) => {
      await check(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      expect(wide, `${name} fits`).toBe(false);
    };
    await page.goto("/settings/webhooks");
    await expect(page.getByRole("list", { name: "Webhooks" })).toBeVisible();
    await fits("list");
    await page.getByRole("button", { name: "Add webhook" }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await fits("form");
    await page.getByRole("dialog").getByLabel("Address").fill("https://reports.example.com/in");
    await page.getByRole("dialog").getByRole("button", { name: "Add webhook" }).click();
    await expect(page.getByRole("dialog").getByLabel("Secret", { exact: true })).toBeVisible();
    await fits("secret");
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: /old-crm/ }).click();
    await expect(page.getByText("Nothing has been told yet.")).toBeVisible();
    await fits("off");
    await page.goBack();
    await page.getByRole("link", { name: /Shop/ }).click();
    await expect(page.getByRole("list", { name: "Deliveries" })).toBeVisible();
    await fits("log");
    await page.getByRole("list", { name: "Deliveries" }).getByRole("button").nth(1).click();
    await expect(page.getByRole("region", { name: "Request" })).toBeVisible();
    await fits("delivery");
    await page.keyboard.press("Escape");
    await page.evaluate(() => localStorage.setItem("recado.language", "ar"));
    await page.reload();
    await expect(page.locator("html")).toHaveAttribute("dir", "rtl");
    await expect(page.getByRole("heading", { level: 2 })).toBeVisible();
    await fits("arabic");
  });
}
