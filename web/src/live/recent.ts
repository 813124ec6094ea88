/**
 * The last events, kept for answers that are older than they look: a page read before an event may arrive after it.
 * Whoever puts a snapshot into the cache asks here what has happened since.
 */
import type { EventFrame } from "./frames";
import { type Changes, noChanges, reduce } from "./reducers";

const KEPT = 2_000;

export class Recent {
  private events: EventFrame[] = [];
  /** Everything after this position is in `events`. */
  private from = 0;
  /** The last position applied. */
  private head = 0;

  /** Where listening begins, or begins anew: what was before is of no use. */
  restart(seq: number): void {
    this.events = [];
    this.from = seq;
    this.head = seq;
  }

  add(events: readonly EventFrame[], head: number): void {
    this.events.push(...events);
    this.head = Math.max(this.head, head);
    const dropped = this.events.splice(0, Math.max(0, this.events.length - KEPT)).at(-1);
    if (dropped) this.from = dropped.seq;
  }

  /** What has changed after `seq`; `null` when that is too long ago to know, and the snapshot must be read again. */
  since(seq: number): Changes | null {
    if (seq >= this.head) return noChanges();
    if (seq < this.from) return null;
    return reduce(this.events.filter((event) => event.seq > seq));
  }
}
