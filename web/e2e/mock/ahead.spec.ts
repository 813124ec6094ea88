import type { Page } from "@playwright/test";
import { expect, test } from "./app.ts";

/** Resolves when the newest messages of a conversation have come. */
const messagesOf = (page: Page, id: string) =>
  page.waitForResponse((answer) => answer.url().includes(`/conversations/${id}/messages?`));

test("the row that the pointer rests on, or that has the focus, is asked for before it is opened", async ({
  app,
  page,
}) => {
  const asked: string[] = [];
  page.on("request", (request) => {
    const [, id] = /\/conversations\/([^/]+)\/messages\?/.exec(request.url()) ?? [];
    if (id) asked.push(id);
  });
  const link = (name: string) => app.row(name).getByRole("link");
  const idOf = async (name: string) => (await link(name).getAttribute("data-conversation")) ?? "";
  const jonas = await idOf("Jonas Weber");
  const priya = await idOf("Priya Nair");

  const hovered = messagesOf(page, jonas);
  await link("Jonas Weber").hover();
  await hovered;
  const focused = messagesOf(page, priya);
  await link("Priya Nair").focus();
  await focused;

  await app.open("Jonas Weber");
  await app.open("Priya Nair");
  expect(asked.filter((id) => id === jonas)).toHaveLength(1);
  expect(asked.filter((id) => id === priya)).toHaveLength(1);
});

test("the first of the list stands ready, and nobody is told that it is read", async ({ app, page }) => {
  const first = await app.rows.first().getByRole("link").getAttribute("data-conversation");
  const changes: string[] = [];
  page.on("request", (request) => {
    if (request.method() !== "GET") changes.push(request.url());
  });
  // In the page, not in the way: neither eyes nor screen readers find it.
  await expect(page.locator("[role=log] article").first()).toBeAttached();
  await expect(app.log).toHaveCount(0);
  await expect(page.getByText("Choose a conversation")).toBeVisible();
  expect(changes).toEqual([]);

  await app.rows.first().getByRole("link").click();
  await expect(app.log.getByRole("article").last()).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`c=${first}`));
  await expect(app.box).toBeFocused();
});
