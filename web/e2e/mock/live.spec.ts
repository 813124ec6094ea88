import { expect, test } from "./app.ts";

test("a short break is not worth a word, a long one has a banner, and nothing is missed", async ({
  app,
  page,
}) => {
  await app.open("Jonas Weber");
  const banner = page.getByText("Connection lost.");
  const connection = page.locator("[data-live]");
  // The page's time stands still but for what the test lets pass: it cannot connect again before it is asked to.
  await page.clock.install();
  // Ahead of it, by more than telling the page takes on a slow machine.
  await page.clock.pauseAt(Date.now() + 30_000);
  await app.happens("drop");
  await expect(connection).toHaveAttribute("data-live", "waiting");
  await page.clock.runFor(900);
  await expect(connection).toHaveAttribute("data-live", "open");
  await expect(banner).toHaveCount(0);

  await app.happens("drop", { stay: true });
  await expect(connection).toHaveAttribute("data-live", "waiting");
  await page.clock.runFor(1_100);
  await expect(banner).toBeVisible();
  const id = new URL(page.url()).searchParams.get("c");
  await app.happens("inbound", { conversation: id, text: "Written while you were away" });
  await expect(connection).toHaveAttribute("data-live", "waiting");
  await expect(app.bubble("Written while you were away")).toHaveCount(0);
  await app.happens("up");
  await page.getByRole("button", { name: "Try now" }).click();
  await page.clock.resume();
  await expect(app.bubble("Written while you were away")).toHaveCount(1);
  await expect(banner).toHaveCount(0);
});

test("what is written without a connection waits, survives a reload, and is sent once", async ({
  app,
  page,
}) => {
  await app.open("Jonas Weber");
  const posts = "**/api/v1/conversations/*/messages";
  await page.route(posts, (route) =>
    route.request().method() === "POST" ? route.abort("connectionfailed") : route.continue(),
  );
  await app.send("First");
  await app.send("Second");
  await expect(app.bubble("First")).toHaveAttribute("data-status", "waiting");
  await expect(app.bubble("First")).toContainText("Waiting for the connection");
  await expect(app.row("Jonas Weber")).toContainText("Second");
  await page.reload();
  await expect(app.bubble("Second")).toHaveAttribute("data-status", "waiting");
  await page.unroute(posts);
  await app.happens("drop");
  await expect(app.bubble("First")).toHaveAttribute("data-status", "read");
  await expect(app.bubble("Second")).toHaveAttribute("data-status", "read");
  await expect(app.bubble("First")).toHaveCount(1);
  const texts = await app.log.getByRole("article").allInnerTexts();
  expect(texts.findIndex((text) => text.includes("First"))).toBeLessThan(
    texts.findIndex((text) => text.includes("Second")),
  );
});

test("a lost answer does not double a message", async ({ app, page }) => {
  await app.open("Jonas Weber");
  let lost = false;
  await page.route("**/api/v1/conversations/*/messages", async (route) => {
    if (route.request().method() !== "POST" || lost) return route.continue();
    lost = true;
    await route.fetch();
    return route.abort("connectionreset");
  });
  await app.send("Only once");
  await expect(app.bubble("Only once")).toHaveAttribute("data-status", "read");
  // As the server has it.
  await page.reload();
  await expect(app.bubble("Only once")).toHaveCount(1);
});

test("older pages come without a jump, and the way back is offered with what was missed", async ({
  app,
  page,
}) => {
  await app.open("Ana Beatriz Ramos");
  const log = app.log;
  await log.hover();
  await log.evaluate((view) => {
    view.scrollTop = 900;
  });
  const marker = log.getByRole("article").filter({ hasText: "(185)" });
  await marker.scrollIntoViewIfNeeded();
  await log.evaluate((view) => {
    view.scrollTop = Math.max(0, view.scrollTop - 60);
  });
  // It has heard of that.
  await page.evaluate(
    () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
  );
  const before = await marker.boundingBox();
  await expect(log.getByRole("article").filter({ hasText: "(150)" })).toHaveCount(1);
  const after = await marker.boundingBox();
  expect(Math.abs((after?.y ?? 0) - (before?.y ?? -999))).toBeLessThan(3);

  const id = new URL(page.url()).searchParams.get("c");
  await app.happens("inbound", { conversation: id, text: "News from below" });
  const back = page.getByRole("button", { name: /^Latest/ });
  await expect(back).toContainText("1 unread message");
  expect(Math.abs(((await marker.boundingBox())?.y ?? 0) - (after?.y ?? -999))).toBeLessThan(3);
  await back.click();
  await expect(app.bubble("News from below")).toBeInViewport();
  await expect(back).toHaveCount(0);
});

test("a conversation opens at the first message not read yet", async ({ app, page }) => {
  const id = await app.row("Jonas Weber").getByRole("link").getAttribute("data-conversation");
  for (let at = 1; at <= 40; at++) {
    await app.happens("inbound", { conversation: id, text: `Waiting, number ${at}.` });
  }
  // What comes once it is open is counted apart.
  await expect(app.row("Jonas Weber")).toContainText("40 unread messages");
  await app.open("Jonas Weber");
  await expect(app.log.getByText("40 unread messages")).toBeInViewport();
  await expect(app.bubble("number 1.")).toBeInViewport();
  await expect(app.bubble("number 40.")).not.toBeInViewport();
  await expect(page.getByRole("button", { name: /^Latest/ })).toBeVisible();
});

test("a role that changes changes what one may do, without reload", async ({ app, page }) => {
  await app.open("Jonas Weber");
  await app.happens("demote");
  await expect(app.box).toBeDisabled();
  await expect(page.getByRole("button", { name: "Close", exact: true })).toHaveAttribute(
    "aria-disabled",
    "true",
  );
});

test("a flood keeps the list right and the row one looks at in its place", async ({ app, page }) => {
  await app.happens("flood", { count: 400 });
  await expect(app.row("Flood 399")).toBeVisible();
  const list = page.getByRole("list", { name: "Conversations" });
  await list.evaluate((element) => element.parentElement?.scrollTo({ top: 20 * 68 }));
  const row = page.locator("li[aria-posinset='25']");
  await expect(row).toBeInViewport();
  const id = await row.getByRole("link").getAttribute("data-conversation");
  const same = page.locator(`[data-conversation="${id}"]`);
  const before = await same.boundingBox();
  await app.happens("arrive", { name: "Nadia New", text: "On top" });
  await expect(page.locator("li[aria-posinset='26']").filter({ has: same })).toBeAttached();
  const after = await same.boundingBox();
  expect(after?.y).toBe(before?.y);
});

test("the end of the session leads to sign-in and back, drafts kept", async ({ app, page }) => {
  await app.open("Jonas Weber");
  const url = page.url();
  await app.box.fill("Unfinished");
  // It ends with what the agent does next: anything before that would take the button away.
  let ended = false;
  await page.route("**/api/v1/**", (route) => {
    ended ||= route.request().method() === "PATCH";
    if (!ended) return route.continue();
    return route.fulfill({
      status: 401,
      contentType: "application/json",
      body: JSON.stringify({
        error: { code: "session_expired", message: "Sign in again.", request_id: "r" },
      }),
    });
  });
  await page.getByRole("button", { name: "Close", exact: true }).click();
  await expect(page.getByText("Your session has ended.")).toBeVisible();
  expect(new URL(page.url()).searchParams.get("next")).toBe(new URL(url).pathname + new URL(url).search);
});
