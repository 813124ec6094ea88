/** What axe finds on a page, in both themes: nothing. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";
import type axeCore from "axe-core";
import { expect } from "./app.ts";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** All that a theme can change. The rest is looked for once: axe takes its time. */
const OF_COLOURS = ["color-contrast", "link-in-text-block"];

export async function check(page: Page): Promise<void> {
  const found = await violations(page);
  await page.emulateMedia({ colorScheme: "dark" });
  found.push(...(await violations(page, OF_COLOURS)).map((problem) => `in the dark, ${problem}`));
  await page.emulateMedia({ colorScheme: "light" });
  expect(found).toEqual([]);
}

async function violations(page: Page, rules?: string[]): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(source);
  return page.evaluate(async (only) => {
    // Fades have ended: colours in between are nobody's choice.
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const fades = document
      .getAnimations()
      .filter((fade) => fade.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(fades.map((fade) => fade.finished));
    const { axe } = window as unknown as { axe: typeof axeCore };
    const { violations } = await axe.run(
      // Focus guards pass the focus on as soon as they get it; axe sees only that they can have it.
      { exclude: ["[data-base-ui-focus-guard]"] },
      { resultTypes: ["violations"], ...(only ? { runOnly: only } : {}) },
    );
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
  }, rules);
}
