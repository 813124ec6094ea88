import { expect, test } from "./app.ts";
import { check } from "./axe.ts";

test("search finds people and what was written, however old, and opens it there", async ({ app, page }) => {
  await page.keyboard.press("/");
  await page.keyboard.type("lucia");
  const people = page.getByRole("region", { name: "People" });
  await expect(people.getByRole("listitem")).toHaveCount(1);
  await expect(people).toContainText("Lucía Fernández");
  await expect(people.locator("mark")).toHaveText(["Lucía"]);

  // The oldest message of a long thread, far beyond its first page.
  const asked = await page.request.get("/api/v1/conversations?limit=100");
  const rows: { id: string }[] = (await asked.json()).data;
  let long = { id: "", text: "" };
  for (const { id } of rows) {
    const thread = await page.request.get(`/api/v1/conversations/${id}/messages?limit=500`);
    const messages: { id: string; content_text: string | null }[] = (await thread.json()).data;
    const oldest = messages.at(-1);
    if (messages.length > 150 && oldest) long = { id: oldest.id, text: oldest.content_text ?? "" };
  }
  expect(long.text).not.toBe("");
  await page.getByRole("searchbox").fill(long.text);
  const said = page.getByRole("region", { name: "Messages" });
  await expect(said.locator(`a[href*="${long.id}"]`)).toBeVisible();
  await said.locator(`a[href*="${long.id}"]`).click();
  const bubble = app.log.getByText(long.text, { exact: true }).first();
  await expect(bubble).toBeInViewport();
  const shown = await app.log.getByRole("article").count();
  expect(shown).toBeLessThan(120);

  // From there the thread is read on, and the way to its end is one press.
  await app.log.getByRole("article").last().scrollIntoViewIfNeeded();
  await expect.poll(() => app.log.getByRole("article").count()).toBeGreaterThan(shown);
  await page.getByRole("button", { name: "Latest" }).click();
  await expect(page.getByRole("button", { name: "Latest" })).toBeHidden();
  await app.send("All the way back");
  await expect(app.bubble("All the way back")).toBeInViewport();
});

test("search by phone, and by keyboard alone", async ({ app, page }) => {
  const phone = await page.evaluate(async () => {
    const answer = await fetch("/api/v1/conversations?limit=1");
    return (await answer.json()).data[0].contact.phone as string;
  });
  await page.keyboard.press("/");
  await page.keyboard.type(phone.slice(1, 6));
  await expect(page.getByRole("region", { name: "People" }).getByRole("link").first()).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(app.log.getByRole("article").first()).toBeVisible();
  await page.getByRole("searchbox").fill("zzzzz");
  await expect(page.getByText("Nothing found")).toBeVisible();
  await page.getByRole("searchbox").press("Escape");
  await expect(app.rows.first()).toBeVisible();
});

test("what was found is accessible", async ({ app: _, page }) => {
  await page.getByRole("searchbox").fill("the");
  await expect(page.getByRole("region", { name: "Messages" }).getByRole("link").first()).toBeVisible();
  await check(page);
});
