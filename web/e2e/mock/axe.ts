/** What axe finds on a page: nothing. */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect } from "./app.ts";

/** Focus guards pass the focus on as soon as they get it; axe sees only that they can have it. */
export async function check(page: Page): Promise<void> {
  // Fades have ended: colours in between are nobody's choice.
  await page.waitForTimeout(250);
  const { violations } = await new AxeBuilder({ page }).exclude("[data-base-ui-focus-guard]").analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`)).toEqual(
    [],
  );
}
