import { expect, test } from "./app.ts";

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

test("one pane at a time, with a way back", async ({ app, page }) => {
  await app.row("Jonas Weber").getByRole("link").tap();
  await expect(app.box).toBeVisible();
  await expect(app.rows.first()).toBeHidden();
  await expect(page.getByRole("navigation")).toHaveCount(0);
  // A keyboard that pops up by itself would cover what one has come to read.
  await expect(app.box).not.toBeFocused();
  await page.getByRole("button", { name: "Show details" }).tap();
  const details = page.getByRole("dialog", { name: "Details" });
  await expect(details).toContainText("Café Kleinod");
  await details.getByRole("button", { name: "Close" }).tap();
  await expect(details).toHaveCount(0);
  await page.getByRole("button", { name: "Back to the list" }).tap();
  await expect(app.row("Jonas Weber")).toBeVisible();
  await expect(page.getByRole("navigation")).toBeVisible();
});

test("nothing sticks out, and everything to touch is large enough", async ({ app, page }) => {
  await app.row("Jonas Weber").getByRole("link").tap();
  await expect(app.box).toBeVisible();
  const locked = await app.page.evaluate(async () => {
    const rows = (await (await fetch("/api/v1/conversations?limit=50")).json()).data;
    const row = rows.find((each: { contact: { name: string } }) => each.contact.name === "Camille Laurent");
    return `/inbox?c=${row.id}`;
  });
  for (const path of [
    page.url(),
    locked,
    "/inbox",
    "/settings/members",
    "/settings/api-keys",
    "/settings/attention",
    "/templates",
  ]) {
    await page.goto(path, { waitUntil: "networkidle" });
    await expect(page.getByRole("main")).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    // What scrolls does so within the page, whose bar stays where it is.
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(844);
    const small = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>("button, a[href], select, input, textarea, [role=tab]")]
        .filter(
          (element) =>
            element.offsetParent && !element.closest("article") && !element.className.includes("sr-only"),
        )
        .map((element) => ({
          name: element.getAttribute("aria-label") ?? element.textContent,
          height: element.offsetHeight,
        }))
        .filter(({ height, name }) => height < 44 && name !== "Skip to the page"),
    );
    expect(small).toEqual([]);
  }
});

test("the place in a recording is large enough to touch", async ({ app, page }) => {
  await app.row("Helena Prado").getByRole("link").tap();
  const place = app.log.getByRole("slider").first();
  await place.scrollIntoViewIfNeeded();
  expect((await place.boundingBox())?.height).toBe(44);
  // It takes nothing from the button beside it.
  await page
    .getByRole("button", { name: /^Play: / })
    .first()
    .tap({ trial: true });
});

test("a dialog leaves the keyboard down until a field is touched", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await page.goto("/settings/members");
  await page.getByRole("button", { name: "Invite someone" }).tap();
  const dialog = page.getByRole("dialog", { name: "Invite someone" });
  await expect(dialog).toBeFocused();
  await dialog.getByLabel("Email").tap();
  await expect(dialog.getByLabel("Email")).toBeFocused();

  await app.page.goto("/inbox");
  await app.row("Jonas Weber").getByRole("link").tap();
  await page.getByRole("button", { name: "Attach" }).tap();
  await page.getByRole("menuitem", { name: "From an address" }).tap();
  await expect(page.getByRole("dialog", { name: "From an address" })).toBeFocused();
});

test("what is long is cut, and no dialog goes aside for it", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await page.getByRole("button", { name: "Start a conversation" }).tap();
  const dialog = page.getByRole("dialog", { name: "Start a conversation" });
  await expect(dialog.getByText("Mensah & Sons Trading")).toBeVisible();
  const aside = await dialog.evaluate((box) =>
    [...box.querySelectorAll("*")]
      .filter((each) => getComputedStyle(each).overflowY === "auto")
      .map((each) => each.scrollWidth - each.clientWidth),
  );
  expect(aside).toEqual(aside.map(() => 0));
});

test("what is typed into the search is cleared by a finger", async ({ app, page }) => {
  expect(app).toBeTruthy();
  await page.getByRole("searchbox").fill("jonas");
  const clear = page.getByRole("button", { name: "Clear the search" });
  expect((await clear.boundingBox())?.width).toBeGreaterThanOrEqual(44);
  await clear.tap();
  await expect(page.getByRole("searchbox")).toHaveValue("");
});

test("an inbox that nothing can come into shows the way on", async ({ app, page }) => {
  await app.happens("no-numbers");
  await page.route(/\/api\/v1\/conversations\?/, (route) =>
    route.fulfill({ json: { data: [], meta: { next_cursor: null } } }),
  );
  await page.goto("/inbox?tab=unassigned");
  await page.getByRole("link", { name: "Get started" }).tap();
  await expect(page).toHaveURL(/\/welcome$/);
});
