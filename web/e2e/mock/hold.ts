/** A slow machine, for as long as a test likes. */
import type { Page } from "@playwright/test";

/** What the page wants to do in its next frames, or behind them, waits until the function returned is called. */
export async function hold(page: Page, what: "in frames" | "behind frames"): Promise<() => Promise<void>> {
  await page.evaluate((inFrames) => {
    const held = new Map<number, FrameRequestCallback>();
    let key = 0;
    const keep = (run: FrameRequestCallback) => {
      key -= 1;
      held.set(key, run);
      return key;
    };
    const { requestAnimationFrame, cancelAnimationFrame, setTimeout, clearTimeout } = window;
    if (inFrames) {
      window.requestAnimationFrame = keep;
      window.cancelAnimationFrame = (key) => void held.delete(key);
    } else {
      const start = ((run: () => void, ms?: number) =>
        ms === undefined ? keep(run) : setTimeout(run, ms)) as typeof setTimeout;
      window.setTimeout = start;
      window.clearTimeout = (key) => {
        if (!held.delete(Number(key))) clearTimeout(key);
      };
    }
    const release = () => {
      Object.assign(window, { requestAnimationFrame, cancelAnimationFrame, setTimeout, clearTimeout });
      for (const run of held.values()) run(performance.now());
    };
    Object.assign(window, { release });
  }, what === "in frames");
  return () => page.evaluate(() => (window as unknown as { release: () => void }).release());
}
