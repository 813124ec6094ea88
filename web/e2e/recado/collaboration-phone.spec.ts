import { expect, test } from "./team.ts";

// The same team in the hand: one pane at a time, by touch.

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

test("one attends, answers, notes and closes on a phone; the customer opens it again", async ({
  bruno,
  carla,
  customer,
}) => {
  const kurt = await customer("Kurt");
  for (const agent of [bruno, carla]) await agent.show("Unassigned");
  await kurt.writes("Do you have rye bread?");
  for (const agent of [bruno, carla]) await expect(agent.row(kurt)).toContainText("Do you have rye bread?");

  // List, thread, and back.
  await bruno.row(kurt).getByRole("link").tap();
  await expect(bruno.bubble("Do you have rye bread?")).toBeVisible();
  await expect(bruno.list).toBeHidden();
  await bruno.back.tap();
  await expect(bruno.row(kurt)).toBeVisible();
  await expect(bruno.log).toBeHidden();

  await bruno.row(kurt).getByRole("link").tap();
  await carla.row(kurt).getByRole("link").tap();
  await expect(bruno.page.getByText(`${carla.name} is viewing this conversation`)).toBeVisible();
  await bruno.attend.tap();
  for (const agent of [bruno, carla]) {
    await expect(agent.line(`Taken by ${bruno.name}`)).toHaveCount(1);
    await expect(agent.attend).toHaveCount(0);
  }
  await carla.back.tap();
  await expect(carla.row(kurt)).toHaveCount(0);

  // Enter is a new line here, so that the button sends.
  await bruno.box.fill("We do");
  await bruno.box.press("Enter");
  await bruno.box.pressSequentially("Until four");
  await bruno.page.getByRole("button", { name: "Send", exact: true }).tap();
  await expect(bruno.bubble("Until four")).toHaveAttribute("data-status", "delivered");

  await bruno.page.getByRole("button", { name: "Note", exact: true }).tap();
  await bruno.note.fill("Put one aside, ");
  await bruno.note.pressSequentially(`@${carla.name.slice(0, 8)}`);
  await bruno.page
    .getByRole("listbox", { name: "Colleagues" })
    .getByRole("option", { name: carla.name })
    .tap();
  await bruno.page.getByRole("button", { name: "Save the note" }).tap();
  await expect(bruno.card("Put one aside").locator("mark")).toHaveText(`@${carla.name}`);

  await carla.isTold(1);
  await carla.bell.tap();
  await carla.notification(`${bruno.name} mentioned you`, "Put one aside").tap();
  await expect(carla.heading(kurt)).toBeVisible();
  await expect(carla.card("Put one aside").locator("mark")).toHaveText(`@${carla.name}`);
  await expect(carla.bubble("Until four")).toHaveCount(1);
  await carla.back.tap();
  await carla.isTold(0);
  await carla.show("All");

  // Given to her and closed, which both see.
  await bruno.page.getByRole("button", { name: "Assignee:" }).tap();
  await bruno.page.getByRole("menuitemradio", { name: carla.name }).tap();
  await carla.isTold(1);
  await carla.show("Mine");
  await expect(carla.row(kurt)).toBeVisible();
  await bruno.page.getByRole("button", { name: "More", exact: true }).tap();
  await bruno.page.getByRole("menuitem", { name: "Close" }).tap();
  await expect(bruno.line(`Closed by ${bruno.name}`)).toHaveCount(1);
  await expect(carla.row(kurt)).toHaveCount(0);
  await kurt.writes("Then I come at three");
  await expect(bruno.line(`Opened again by a message from ${kurt.name}`)).toHaveCount(1);
  await expect(bruno.bubble("Then I come at three")).toHaveCount(1);
  await expect(carla.row(kurt)).toContainText("Then I come at three");
  await bruno.back.tap();
  await bruno.show("All");
  await expect(bruno.row(kurt)).toContainText("Then I come at three");
  await kurt.hasChat("Do you have rye bread?", "We do\nUntil four", "Then I come at three");
});

test("a link opens the conversation on a phone, and the way back is the list", async ({
  bruno,
  carla,
  customer,
}) => {
  const lena = await customer("Lena");
  await lena.writes("Is there gluten in it?");
  await bruno.row(lena).getByRole("link").tap();
  await expect(bruno.page).toHaveURL(/[?&]c=[0-9a-f-]{36}/);
  await carla.page.goto(`/inbox?c=${bruno.conversation}`);
  await expect(carla.bubble("Is there gluten in it?")).toBeVisible();
  await expect(carla.list).toBeHidden();
  await carla.back.tap();
  await expect(carla.row(lena)).toBeVisible();

  await carla.page.goto("/inbox?c=00000000-0000-7000-8000-000000000000");
  await expect(carla.page.getByRole("alert")).toContainText("This conversation is not here");
  await carla.back.tap();
  await expect(carla.row(lena)).toBeVisible();
});

test("in a tunnel a reply waits; out of it it leaves once, and nothing was missed", async ({
  bruno,
  carla,
  customer,
}) => {
  const mara = await customer("Mara");
  await mara.writes("Where are you?");
  for (const agent of [bruno, carla]) await agent.row(mara).getByRole("link").tap();
  await expect(bruno.bubble("Where are you?")).toBeVisible();

  await bruno.page.context().setOffline(true);
  await expect(bruno.banner).toBeVisible();
  // A note's box needs no connection to come, and takes nothing away.
  await bruno.page.getByRole("button", { name: "Note", exact: true }).tap();
  await expect(bruno.note).toBeVisible();
  await expect(bruno.bubble("Where are you?")).toBeVisible();
  await bruno.page.getByRole("button", { name: "Reply", exact: true }).tap();
  await bruno.box.fill("Right behind the church");
  await bruno.page.getByRole("button", { name: "Send", exact: true }).tap();
  const reply = bruno.bubble("Right behind the church");
  await expect(reply).toHaveAttribute("data-status", "waiting");
  await expect(reply).toContainText("Waiting for the connection");
  await mara.writes("It rains");
  await expect(carla.bubble("It rains")).toHaveCount(1);
  await mara.hasChat("Where are you?", "It rains");
  await expect(bruno.bubble("It rains")).toHaveCount(0);
  await bruno.back.tap();
  await expect(bruno.row(mara)).toContainText("Right behind the church");

  await bruno.page.context().setOffline(false);
  await expect(bruno.banner).toHaveCount(0);
  await bruno.row(mara).getByRole("link").tap();
  await expect(reply).toHaveAttribute("data-status", "delivered");
  for (const agent of [bruno, carla]) {
    await expect(agent.log.getByRole("article")).toHaveText([
      /Where are you\?/,
      /It rains/,
      /Right behind the church/,
    ]);
  }
  await mara.hasChat("Where are you?", "It rains", "Right behind the church");
  await bruno.page.getByRole("button", { name: "Note", exact: true }).tap();
  await expect(bruno.note).toBeVisible();
});
