/**
 * Parts of the app that are loaded when somebody reaches for them. A connection that is gone at that moment is no reason
 * to take the page away: the part comes when the connection does.
 */
import { lazy as reactLazy } from "react";

/** How often a part is asked for that does not come although there is a network, and how long it is waited between. */
const PAUSES_MS = [500, 2_000];

/** As React's, which asks once and keeps a failure for good. */
export const lazy: typeof reactLazy = (load) => reactLazy(() => patiently(load));

/** A head start for what will be wanted soon; whoever wants it then waits for it if need be. */
export function warm(load: () => Promise<unknown>): void {
  load().catch(() => undefined);
}

export async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (let tried = 0; ; ) {
    try {
      return await load();
    } catch (error) {
      if (!navigator.onLine) {
        await new Promise((resolve) => addEventListener("online", resolve, { once: true }));
        continue;
      }
      const pause = PAUSES_MS[tried];
      if (pause === undefined) throw error;
      tried += 1;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
