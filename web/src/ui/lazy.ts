/**
 * Parts of the app that are loaded when somebody reaches for them. A connection that is gone at that moment is no reason
 * to take the page away: the part comes when the connection does.
 */
import { lazy as reactLazy } from "react";

/** How often a part is asked for that does not come although there is a network, and how long it is waited between. */
const PAUSES_MS = [500, 2_000];

type Load<Part> = () => Promise<Part>;

/** What has come already, by how it is loaded. */
const here = new WeakMap<Load<unknown>, unknown>();

/** As React's, which asks once and keeps a failure for good. */
export const lazy: typeof reactLazy = (load) => reactLazy(() => atOnce(load) ?? patiently(load));

/** A head start for what will be wanted soon: whoever wants it then has it in the same frame. */
export function warm(load: Load<unknown>): void {
  load().then(
    (part) => here.set(load, part),
    () => undefined,
  );
}

/**
 * A promise, kept or not, would be shown as something to wait for, and React leaves what it shows meanwhile in the page
 * for 300 ms. This one has answered when React has asked it.
 */
function atOnce<Part>(load: Load<Part>): Promise<Part> | undefined {
  if (!here.has(load)) return undefined;
  const part = here.get(load) as Part;
  // biome-ignore lint/suspicious/noThenProperty: what React waits for is anything with this function
  return { then: (use: (part: Part) => void) => use(part) } as unknown as Promise<Part>;
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
