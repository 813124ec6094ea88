import { expect, test } from "./app.ts";

test("a reply is there at once and its ticks follow", async ({ app }) => {
  await app.open("Jonas Weber");
  await app.send("It is on its way");
  const bubble = app.bubble("It is on its way");
  await expect(bubble).toHaveCount(1);
  await expect(bubble).toHaveAttribute("data-status", "read");
  await expect(bubble).toContainText("Read");
  await expect(app.row("Jonas Weber")).toContainText("It is on its way");
  await expect(app.rows.first()).toContainText("Jonas Weber");
});

test("a failure stays in place with its reason, and Retry sends it again", async ({ app }) => {
  await app.open("Jonas Weber");
  await app.send("this will fail");
  const bubble = app.bubble("this will fail");
  await expect(bubble).toHaveAttribute("data-status", "failed");
  await expect(bubble).toContainText("could not reach the customer");
  await bubble.getByRole("button", { name: "Retry" }).click();
  await expect(app.bubble("this will pass")).toHaveAttribute("data-status", "read");
});

test("an outcome nobody knows is said to be unknown", async ({ app }) => {
  await app.open("Jonas Weber");
  await app.send("unknown");
  await expect(app.bubble("We do not know whether")).toHaveAttribute("data-status", "unknown");
});

test("what customers write appears without reload, is announced, and is read when seen", async ({
  app,
  page,
}) => {
  await app.happens("arrive", { name: "Nadia New", text: "Are you there?" });
  await expect(app.rows.first()).toContainText("Nadia New");
  await expect(app.row("Nadia New")).toContainText("1 unread message");
  await app.open("Nadia New");
  await expect(app.log).toContainText("1 unread message");
  // Who only looks leaves it unread; whose it is reads it for all.
  await page.getByRole("button", { name: "Attend", exact: true }).click();
  await expect(app.row("Nadia New")).not.toContainText("unread message");
  const id = new URL(page.url()).searchParams.get("c");
  await app.happens("inbound", { conversation: id, text: "Hello?" });
  await expect(app.bubble("Hello?")).toBeVisible();
  await expect(page.getByText("New message from Nadia New: Hello?")).toBeAttached();
  await expect(app.row("Nadia New")).not.toContainText("unread message");
});

test("a kind that cannot be shown yet is named", async ({ app }) => {
  await app.open("Kwame Mensah");
  await expect(app.bubble("Unsupported message")).toContainText("It can be seen on the phone");
});

test("drafts survive switching and reload", async ({ app, page }) => {
  await app.open("Jonas Weber");
  await app.box.fill("Half a sentence");
  await app.open("Priya Nair");
  await expect(app.box).toHaveValue("");
  await expect(app.row("Jonas Weber")).toContainText("Draft: Half a sentence");
  await app.open("Jonas Weber");
  await page.reload();
  await expect(app.box).toHaveValue("Half a sentence");
});

test("a quote shows what it answers and leads to it", async ({ app }) => {
  await app.open("Jonas Weber");
  const bubble = app.bubble("Thank you, that was quick.");
  await bubble.hover();
  await bubble.getByRole("button", { name: "Reply to this message" }).click();
  await expect(app.box).toBeFocused();
  await app.send("You are welcome");
  await expect(app.bubble("You are welcome").getByRole("button", { name: "In reply to:" })).toContainText(
    "Jonas Weber",
  );
});

test("status and assignee change at once, and closing leaves the list of open ones", async ({
  app,
  page,
}) => {
  await page.getByRole("tab", { name: /^Unassigned/ }).click();
  await app.open("Lucía Fernández");
  await page.getByRole("button", { name: /^Assignee/ }).click();
  await page.getByRole("menuitemradio", { name: "Tomás Ferreira" }).click();
  await expect(app.row("Lucía Fernández")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Assignee: Tomás Ferreira" })).toBeVisible();
  await page.getByRole("button", { name: "Close", exact: true }).click();
  await expect(page.getByRole("button", { name: "Status: Closed" })).toBeVisible();
  await page.getByRole("button", { name: "Reopen" }).click();
  await expect(page.getByRole("button", { name: "Status: Open" })).toBeVisible();
});

test("the box is locked with its reason when the window is closed", async ({ app }) => {
  await app.open("Camille Laurent");
  await expect(app.box).toBeDisabled();
  await expect(app.box).toHaveAccessibleDescription(/The 24-hour window closed on/);
});

test("a number that is switched off or gone says so in place of the box", async ({ app, page }) => {
  await app.open("Jonas Weber");
  const id = new URL(page.url()).searchParams.get("c");
  const conversation = (await (await page.request.get(`/api/v1/conversations/${id}`)).json()).data;
  const number = `/api/v1/channels/${conversation.channel_id}`;
  await app.box.fill("half a sentence");
  await page.request.patch(number, { data: { active: false } });
  await expect(app.box).toHaveAccessibleDescription(/switched off/);
  await expect(app.box).toHaveValue("half a sentence");
  await expect(page.getByRole("button", { name: "Send a template" })).toHaveCount(0);
  await page.request.patch(number, { data: { active: true } });
  await expect(app.box).toBeEditable();
  await page.request.delete(number);
  await expect(app.box).toHaveAccessibleDescription(/disconnected/);
});

test("somebody who may only look is told why", async ({ app, page }) => {
  await page.context().clearCookies();
  await app.signIn("viewer@demo.example");
  await app.open("Jonas Weber");
  await expect(app.box).toBeDisabled();
  await expect(app.box).toHaveAccessibleDescription(/Your role can read conversations but not answer them/);
  await expect(page.getByRole("button", { name: "Close", exact: true })).toHaveAttribute(
    "aria-disabled",
    "true",
  );
});

test("a link leads to its conversation, and says so when there is none", async ({ app, page }) => {
  await app.open("Priya Nair");
  const url = page.url();
  await page.goto("/inbox?c=00000000-0000-7000-8000-000000000000");
  await expect(page.getByRole("alert")).toContainText("This conversation is not here");
  await page.goto(url);
  await expect(page.getByRole("heading", { name: "Priya Nair" })).toBeVisible();
});
