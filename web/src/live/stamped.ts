/**
 * Versions. Whatever the journal speaks about is kept with the position at which we know it: the `X-Journal-Seq` of
 * the snapshot it came with, or the `seq` of the event that told it. Only what is newer replaces it, so events and
 * answers may arrive late, twice and in any order.
 */
export type Stamped<T> = T & { seq: number };

/** What an answer carries that does not say its position: it fills gaps, and gives way to everything that does. */
export const UNSTAMPED = 0;

export function stamp<T extends object>(value: T, seq: number): Stamped<T> {
  return { ...value, seq };
}

/** `next`, unless what we have is as new or newer. Keeps the identity of what stays. */
export function newer<T>(known: Stamped<T> | undefined, next: Stamped<T>): Stamped<T> {
  return known && known.seq >= next.seq ? known : next;
}

/**
 * The version of a wish: what we have asked for shows at once, above what we know and below whatever the journal says
 * next. Positions are whole numbers, so a wish lives between two of them.
 */
export function wished(seq: number): number {
  return (seq + Math.floor(seq) + 1) / 2;
}
