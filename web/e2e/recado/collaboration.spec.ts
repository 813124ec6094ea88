import { expect, test } from "./team.ts";

// Two agents before two browsers and one customer with a phone: what one does the other sees, on both screens.

test("a customer is everybody's until one attends, and a colleague's once given to them", async ({
  bruno,
  carla,
  customer,
}) => {
  const dora = await customer("Dora");
  for (const agent of [bruno, carla]) await agent.show("Unassigned");
  await dora.writes("Is my cake ready?");
  for (const agent of [bruno, carla]) {
    await expect(agent.row(dora)).toContainText("Is my cake ready?");
    await agent.open(dora);
  }

  await bruno.attend.click();
  for (const agent of [bruno, carla]) {
    await expect(agent.row(dora)).toHaveCount(0);
    await expect(agent.line(`Taken by ${bruno.name}`)).toHaveCount(1);
    await expect(agent.attend).toHaveCount(0);
    await agent.show("Mine");
  }
  await expect(bruno.row(dora)).toBeVisible();
  await expect(carla.row(dora)).toHaveCount(0);

  // Given to the colleague, who is elsewhere in one tab and has a second one.
  await carla.page.goto("/settings/appearance");
  const second = await carla.tab();
  await second.show("Mine");
  await second.isTold(0);
  await bruno.page.getByRole("button", { name: "Assignee:" }).click();
  await bruno.page.getByRole("menuitemradio", { name: carla.name }).click();
  await expect(bruno.row(dora)).toHaveCount(0);
  await expect(second.row(dora)).toBeVisible();
  await expect(bruno.line(`Assigned to ${carla.name} by ${bruno.name}`)).toHaveCount(1);
  await bruno.isTold(0);
  await carla.isTold(1);
  await second.isTold(1);

  await carla.bell.click();
  const told = carla.notification(`${bruno.name} assigned you a conversation`, dora.name);
  await expect(told).toContainText("unread");
  await told.click();
  await expect(carla.heading(dora)).toBeVisible();
  await expect(told).toHaveCount(0);
  await expect(carla.line(`Assigned to ${carla.name} by ${bruno.name}`)).toHaveCount(1);
  await carla.isTold(0);
  await second.isTold(0);

  // What the customer writes now is told to her alone.
  await second.page.goto("/settings/appearance");
  await dora.writes("And the candles?");
  await expect(bruno.bubble("And the candles?")).toHaveCount(1);
  await expect(carla.bubble("And the candles?")).toHaveCount(1);
  await bruno.isTold(0);
});

test("both see who looks and who writes, and who was faster", async ({ bruno, carla, customer }) => {
  const emil = await customer("Emil");
  await emil.writes("When do you open?");
  await bruno.open(emil);
  const seenByBruno = bruno.page.getByText(`${carla.name} is viewing this conversation`);
  await expect(bruno.page.getByText("is viewing this conversation")).toHaveCount(0);
  await carla.open(emil);
  await expect(seenByBruno).toBeVisible();
  await expect(carla.page.getByText(`${bruno.name} is viewing this conversation`)).toBeVisible();

  await bruno.box.pressSequentially("We open");
  await expect(carla.page.getByText(`${bruno.name} is writing a reply`)).toBeVisible();
  await expect(bruno.page.getByText("is writing a reply")).toHaveCount(0);

  await carla.box.fill("At seven, every day");
  await expect(bruno.page.getByText(`${carla.name} is writing a reply`)).toBeVisible();
  await carla.box.press("Enter");
  await expect(bruno.bubble("At seven, every day")).toHaveCount(1);
  const warning = bruno.page.getByRole("alert").filter({ hasText: `${carla.name} has replied` });
  await expect(warning).toBeVisible();
  await expect(bruno.box).toHaveValue("We open");
  await expect(bruno.page.getByText("is writing a reply")).toHaveCount(0);
  await expect(carla.page.getByRole("alert").filter({ hasText: "has replied" })).toHaveCount(0);

  // Nothing left to be said twice, so nothing to be warned of.
  await bruno.box.fill("");
  await expect(warning).toHaveCount(0);
  await bruno.box.fill("See you then");
  await expect(warning).toHaveCount(0);
  await bruno.box.press("Enter");
  for (const agent of [bruno, carla]) {
    await expect(agent.bubble("At seven, every day")).toHaveAttribute("data-status", "delivered");
    await expect(agent.bubble("See you then")).toHaveAttribute("data-status", "delivered");
    await expect(agent.bubble("See you then")).toHaveCount(1);
  }
  await emil.hasChat("When do you open?", "At seven, every day", "See you then");

  await carla.page.keyboard.press("Escape");
  await carla.page.keyboard.press("Escape");
  await expect(carla.page.getByText("Choose a conversation")).toBeVisible();
  await expect(seenByBruno).toHaveCount(0);
});

test("who comes back to half a reply learns that a colleague was faster, after a reload too", async ({
  bruno,
  carla,
  customer,
}) => {
  const anton = await customer("Anton");
  const berta = await customer("Berta");
  await anton.writes("Is there gluten in it?");
  await berta.writes("Do you deliver?");
  await bruno.open(anton);
  await bruno.box.fill("There is no");
  await bruno.open(berta);
  await carla.open(anton);
  await expect(carla.page.getByText(`${bruno.name} is`)).toHaveCount(0);
  await carla.box.fill("A trace, from the bench");
  await carla.box.press("Enter");
  await expect(carla.bubble("A trace")).toHaveAttribute("data-status", "delivered");

  const warning = bruno.page.getByRole("alert").filter({ hasText: `${carla.name} has replied` });
  await expect(warning).toHaveCount(0);
  await bruno.open(anton);
  await expect(warning).toBeVisible();
  await bruno.page.reload();
  await expect(bruno.box).toHaveValue("There is no");
  await expect(warning).toBeVisible();
  await bruno.box.fill("");
  await expect(warning).toHaveCount(0);
  // What is written from here on is written with her answer in sight.
  await bruno.box.fill("And it is gone by tomorrow");
  await expect(bruno.page.getByText(`${carla.name} is viewing this conversation`)).toBeVisible();
  await expect(warning).toHaveCount(0);
});

test("the customer sees one emoji of the business, the latest, and both agents see the same", async ({
  bruno,
  carla,
  customer,
}) => {
  const clara = await customer("Clara");
  await clara.writes("You are the best");
  for (const agent of [bruno, carla]) await agent.open(clara);
  const react = async (agent: typeof bruno, emoji: string) => {
    const message = agent.bubble("You are the best");
    await message.hover();
    await message.getByRole("button", { name: "React" }).click();
    await agent.page.getByRole("button", { name: `React with ${emoji}` }).click();
  };
  const chips = (agent: typeof bruno) =>
    agent.bubble("You are the best").getByRole("list", { name: "Reactions" }).getByRole("button");
  await react(bruno, "👍");
  await expect(chips(carla)).toHaveAccessibleName(`👍 1: ${bruno.name}`);
  await react(carla, "🙏");
  await expect(chips(carla)).toHaveAccessibleName("🙏 1: You");
  await expect(chips(bruno)).toHaveAccessibleName(`🙏 1: ${carla.name}`);
  await clara.gets(({ reactions }) => reactions.map(({ emoji }) => emoji).join() === "🙏");

  await chips(carla).click();
  for (const agent of [bruno, carla]) await expect(chips(agent)).toHaveCount(0);
  await clara.gets(({ text, reactions }) => text === "You are the best" && reactions.length === 0);
});

test("a note calls on a colleague, and the phone never gets it", async ({ bruno, carla, customer }) => {
  const fritz = await customer("Fritz");
  await fritz.writes("The bill is wrong");
  await bruno.open(fritz);
  await expect(carla.row(fritz)).toContainText("The bill is wrong");

  await bruno.page.getByRole("button", { name: "Note", exact: true }).click();
  await bruno.note.fill("Can you look, ");
  await bruno.note.pressSequentially(`@${carla.name.slice(0, 8)}`);
  await expect(
    bruno.page.getByRole("listbox", { name: "Colleagues" }).getByRole("option", { name: carla.name }),
  ).toBeVisible();
  await bruno.note.press("Enter");
  await bruno.note.pressSequentially("before I answer?");
  await bruno.note.press("Enter");
  await expect(bruno.card("before I answer?").locator("mark")).toHaveText(`@${carla.name}`);
  // The list shows what was said, not what was noted.
  await expect(bruno.row(fritz)).toContainText("The bill is wrong");

  await carla.isTold(1);
  await bruno.isTold(0);
  await carla.bell.click();
  const told = carla.notification(
    `${bruno.name} mentioned you`,
    `Can you look, @${carla.name} before I answer?`,
  );
  await expect(told).toContainText("unread");
  await told.click();
  await expect(carla.heading(fritz)).toBeVisible();
  await expect(carla.card("before I answer?").locator("mark")).toHaveText(`@${carla.name}`);
  await carla.isTold(0);

  // Hers comes in beside it while he looks.
  await carla.page.getByRole("button", { name: "Note", exact: true }).click();
  await carla.note.fill("It is, we owe him two euros");
  await carla.note.press("Enter");
  for (const agent of [bruno, carla]) await expect(agent.card("we owe him two euros")).toHaveCount(1);

  // A reply leaves after both notes, so that what did not arrive by then never will.
  await bruno.page.getByRole("button", { name: "Reply", exact: true }).click();
  await bruno.box.fill("You are right, two euros are on their way");
  await bruno.box.press("Enter");
  await expect(carla.bubble("two euros are on their way")).toHaveAttribute("data-status", "delivered");
  await fritz.hasChat("The bill is wrong", "You are right, two euros are on their way");
});

test("what is closed leaves both lists, and comes back on top when the customer writes", async ({
  bruno,
  carla,
  customer,
}) => {
  const greta = await customer("Greta");
  const hans = await customer("Hans");
  await greta.writes("Thank you, that was all");
  for (const agent of [bruno, carla]) {
    await agent.show("Unassigned");
    await agent.open(greta);
  }
  await hans.writes("Hello!");
  for (const agent of [bruno, carla]) {
    await expect(agent.row(hans)).toBeVisible();
    expect(await agent.place(hans)).toBeLessThan(await agent.place(greta));
  }

  await bruno.page.getByRole("button", { name: "Close", exact: true }).click();
  for (const agent of [bruno, carla]) {
    await expect(agent.row(greta)).toHaveCount(0);
    await expect(agent.row(hans)).toBeVisible();
    // Who has it open goes on seeing it, and how it stands.
    await expect(agent.line(`Closed by ${bruno.name}`)).toHaveCount(1);
    await expect(agent.page.getByRole("button", { name: "Status: Closed" })).toBeVisible();
    await expect(agent.page.getByRole("button", { name: "Reopen", exact: true })).toBeVisible();
  }

  await greta.writes("One more thing");
  for (const agent of [bruno, carla]) {
    await expect(agent.row(greta)).toContainText("One more thing");
    expect(await agent.place(greta)).toBeLessThan(await agent.place(hans));
    await expect(agent.bubble("One more thing")).toHaveCount(1);
    await expect(agent.line(`Opened again by a message from ${greta.name}`)).toHaveCount(1);
    await expect(agent.page.getByRole("button", { name: "Status: Open" })).toBeVisible();
  }
});

test("a link opens the conversation for a colleague; one that leads nowhere says so", async ({
  bruno,
  carla,
  customer,
}) => {
  const ida = await customer("Ida");
  await ida.writes("Do you cater weddings?");
  await bruno.open(ida);
  await expect(bruno.page).toHaveURL(/\/inbox\?.*c=[0-9a-f-]{36}/);
  await carla.page.goto(`/inbox?c=${bruno.conversation}`);
  await expect(carla.heading(ida)).toBeVisible();
  await expect(carla.bubble("Do you cater weddings?")).toBeVisible();
  // It is live, as any other way to it.
  await ida.writes("For eighty people");
  for (const agent of [bruno, carla]) await expect(agent.bubble("For eighty people")).toHaveCount(1);

  for (const wrong of ["00000000-0000-7000-8000-000000000000", "nonsense"]) {
    await carla.page.goto(`/inbox?c=${wrong}`);
    await expect(carla.page.getByRole("alert")).toContainText("This conversation is not here");
    await expect(carla.list).toBeVisible();
    await carla.page.getByRole("button", { name: "Back to the list" }).click();
    await expect(carla.page.getByText("Choose a conversation")).toBeVisible();
  }
});

test("without a connection a reply waits and says so; back again it leaves once, and nothing was missed", async ({
  bruno,
  carla,
  customer,
}) => {
  const jan = await customer("Jan");
  await jan.writes("Are you there?");
  for (const agent of [bruno, carla]) await agent.open(jan);
  await bruno.attend.click();
  await expect(carla.line(`Taken by ${bruno.name}`)).toHaveCount(1);

  await bruno.page.context().setOffline(true);
  await expect(bruno.banner).toBeVisible();
  await bruno.box.fill("Yes, we are");
  await bruno.box.press("Enter");
  const reply = bruno.bubble("Yes, we are");
  await expect(reply).toHaveAttribute("data-status", "waiting");
  await expect(reply).toContainText("Waiting for the connection");
  await expect(bruno.row(jan)).toContainText("Yes, we are");

  // Meanwhile the world goes on.
  await jan.writes("Hello?");
  await expect(carla.bubble("Hello?")).toHaveCount(1);
  await carla.box.fill("One moment, please");
  await carla.box.press("Enter");
  await jan.hasChat("Are you there?", "Hello?", "One moment, please");
  await expect(carla.bubble("Yes, we are")).toHaveCount(0);
  await expect(bruno.bubble("Hello?")).toHaveCount(0);

  await bruno.page.context().setOffline(false);
  await expect(bruno.banner).toHaveCount(0);
  await expect(reply).toHaveAttribute("data-status", "delivered");
  await expect(carla.bubble("Yes, we are")).toHaveAttribute("data-status", "delivered");
  await jan.hasChat("Are you there?", "Hello?", "One moment, please", "Yes, we are");
  for (const agent of [bruno, carla]) {
    await expect(agent.log.getByRole("article")).toHaveText([
      /Are you there\?/,
      /Hello\?/,
      /One moment, please/,
      /Yes, we are/,
    ]);
  }
  // As a page reads it that was never away.
  await bruno.page.reload();
  await expect(bruno.log.getByRole("article")).toHaveCount(4);
});
