import type { Locator, Page } from "@playwright/test";
import { type Agent, type Customer, expect, test } from "./team.ts";

// The same without a pointer: nothing here clicks, and nothing is focused but by keys.

/** Presses a key until it has brought the focus to where it is wanted. */
async function pressUntil(page: Page, key: string, there: Locator): Promise<void> {
  await expect(async () => {
    for (let at = 0; at < 40; at++) {
      if (await there.evaluate((element) => element === document.activeElement, null, { timeout: 1_000 }))
        return;
      await page.keyboard.press(key);
    }
    throw new Error(`${key} did not lead to ${there}`);
  }).toPass({ timeout: 15_000 });
}

/** Through the list to the customer's conversation, and into it. */
async function openByKeys(agent: Agent, customer: Customer): Promise<void> {
  await pressUntil(agent.page, "j", agent.row(customer).getByRole("link"));
  await agent.page.keyboard.press("Enter");
  await expect(agent.heading(customer)).toBeVisible();
}

test("attend, reply, note, assign, close and search by keyboard alone", async ({
  bruno,
  carla,
  customer,
}) => {
  const olga = await customer("Olga");
  await olga.writes("Can I order by phone?");
  const keys = bruno.page.keyboard;

  // The tab beside "All" has what is nobody's.
  await pressUntil(bruno.page, "Tab", bruno.page.getByRole("tab", { name: /^All/ }));
  await keys.press("ArrowLeft");
  await expect(bruno.page.getByRole("tab", { name: /^Unassigned/ })).toBeFocused();
  await expect(bruno.row(olga)).toBeVisible();
  await openByKeys(bruno, olga);
  await expect(bruno.box).toBeFocused();
  await keys.press("Escape");
  await expect(bruno.row(olga).getByRole("link")).toBeFocused();
  await pressUntil(bruno.page, "Tab", bruno.page.getByRole("button", { name: `Attend ${olga.name}` }));
  await keys.press("Enter");
  await openByKeys(carla, olga);
  for (const agent of [bruno, carla]) await expect(agent.line(`Taken by ${bruno.name}`)).toHaveCount(1);
  await expect(bruno.row(olga)).toHaveCount(0);

  await keys.press("r");
  await expect(bruno.box).toBeFocused();
  await keys.type("Of course.");
  await keys.press("Shift+Enter");
  await keys.type("Just call.");
  await keys.press("Enter");
  for (const agent of [bruno, carla]) {
    await expect(agent.bubble("Of course.")).toContainText("Just call.");
    await expect(agent.bubble("Of course.")).toHaveAttribute("data-status", "delivered");
  }

  // Out of the box, whatever the list beside it shows.
  await keys.press("Escape");
  await expect(bruno.box).not.toBeFocused();
  await keys.press("n");
  await expect(bruno.note).toBeFocused();
  await keys.type(`She is new, @${carla.name.slice(0, 8)}`);
  await expect(bruno.page.getByRole("option", { name: carla.name })).toBeVisible();
  await keys.press("Enter");
  await keys.press("Enter");
  for (const agent of [bruno, carla]) {
    await expect(agent.card("She is new").locator("mark")).toHaveText(`@${carla.name}`);
  }

  await keys.press("Escape");
  await keys.press("a");
  await pressUntil(bruno.page, "ArrowDown", bruno.page.getByRole("menuitemradio", { name: carla.name }));
  await keys.press("Enter");
  for (const agent of [bruno, carla]) {
    await expect(agent.line(`Assigned to ${carla.name} by ${bruno.name}`)).toHaveCount(1);
  }

  // She is told of both, goes there from elsewhere, and back out of the panel.
  await carla.isTold(2);
  await carla.page.keyboard.press("Escape");
  await carla.page.keyboard.press("Escape");
  await expect(carla.page.getByText("Choose a conversation")).toBeVisible();
  await pressUntil(carla.page, "Tab", carla.bell);
  await carla.page.keyboard.press("Enter");
  const told = carla.notification(`${bruno.name} assigned you a conversation`, olga.name);
  await expect(told).toBeVisible();
  await pressUntil(carla.page, "Tab", told);
  await carla.page.keyboard.press("Enter");
  await expect(carla.heading(olga)).toBeVisible();
  await carla.isTold(1);
  await expect(carla.box).toBeFocused();

  // Left, and found again.
  await carla.page.keyboard.press("Escape");
  await expect(carla.box).not.toBeFocused();
  await carla.page.keyboard.press("Escape");
  await expect(carla.page.getByText("Choose a conversation")).toBeVisible();
  await carla.page.keyboard.press("/");
  await expect(carla.page.getByRole("searchbox", { name: "Search conversations" })).toBeFocused();
  await carla.page.keyboard.type(olga.name);
  const hit = carla.page.getByRole("region", { name: "People" }).getByRole("link", { name: olga.name });
  await expect(hit).toBeVisible();
  await carla.page.keyboard.press("ArrowDown");
  await pressUntil(carla.page, "Tab", hit);
  await carla.page.keyboard.press("Enter");
  await expect(carla.heading(olga)).toBeVisible();
  await expect(carla.box).toBeFocused();

  await carla.page.keyboard.press("Escape");
  await expect(carla.box).not.toBeFocused();
  await carla.page.keyboard.press("e");
  for (const agent of [bruno, carla]) await expect(agent.line(`Closed by ${carla.name}`)).toHaveCount(1);
  await olga.writes("Which number?");
  for (const agent of [bruno, carla]) {
    await expect(agent.line(`Opened again by a message from ${olga.name}`)).toHaveCount(1);
    await expect(agent.bubble("Which number?")).toHaveCount(1);
  }
  await olga.hasChat("Can I order by phone?", "Of course.\nJust call.", "Which number?");
});

test("what is under way can be left and taken up by keyboard alone", async ({ bruno, customer }) => {
  const paul = await customer("Paul");
  await paul.writes("One loaf, please");
  const keys = bruno.page.keyboard;
  await openByKeys(bruno, paul);
  await expect(bruno.box).toBeFocused();

  // Answering the message itself, reached with the arrows.
  await keys.press("Escape");
  await pressUntil(bruno.page, "Tab", bruno.log);
  await keys.press("ArrowUp");
  await expect(bruno.bubble("One loaf, please")).toBeFocused();
  await keys.press("r");
  await expect(bruno.page.getByText(`Replying to ${paul.name}`)).toBeVisible();
  await expect(bruno.box).toBeFocused();
  await keys.type("It is on the shelf");
  await keys.press("Enter");
  await expect(bruno.bubble("It is on the shelf")).toHaveAttribute("data-status", "delivered");

  // Closed, opened again, and out of the conversation.
  await keys.press("Escape");
  await keys.press("e");
  await expect(bruno.page.getByRole("button", { name: "Status: Closed" })).toBeVisible();
  await keys.press("e");
  await expect(bruno.page.getByRole("button", { name: "Status: Open" })).toBeVisible();
  await keys.press("Escape");
  await expect(bruno.page.getByText("Choose a conversation")).toBeVisible();
  await expect(bruno.row(paul).getByRole("link")).toBeFocused();
});
