/**
 * The message lists of the cache: one per conversation, oldest first, without gaps; loaded from the end backwards, or
 * from a message in the middle to both sides.
 */
import type { Message } from "@/api/types";
import { newer, type Stamped, stamp } from "./stamped";

export type MessageList = {
  rows: Stamped<Message>[];
  /** Cursor of the page before the first row; null when the beginning is loaded. */
  older: string | null;
  /** Cursor of the page after the last row; null when the end is loaded. */
  newer: string | null;
};

export const NO_MESSAGES: MessageList = { rows: [], older: null, newer: null };

/** Adds a page as the API gives it, newest first. Rows we know better than the page stay. */
export function addOlder(list: MessageList, page: Message[], older: string | null, seq: number): MessageList {
  return { ...list, rows: withPage(list.rows, page, seq), older };
}

/** The same at the other end. */
export function addNewer(list: MessageList, page: Message[], newer: string | null, seq: number): MessageList {
  return { ...list, rows: withPage(list.rows, page, seq), newer };
}

function withPage(known: Stamped<Message>[], page: Message[], seq: number): Stamped<Message>[] {
  const rows = new Map(known.map((row) => [row.id, row]));
  for (const message of page) rows.set(message.id, newer(rows.get(message.id), stamp(message, seq)));
  return [...rows.values()].sort(byTime);
}

/** Applies what events changed. Returns the same list when nothing of it changed. */
export function mergeMessages(list: MessageList, told: Map<string, Stamped<Message>>): MessageList {
  let changed = false;
  const missing = new Map(told);
  const rows = list.rows.map((row) => {
    const next = missing.get(row.id);
    missing.delete(row.id);
    if (!next || row.seq >= next.seq) return row;
    changed = true;
    return next;
  });
  const first = list.rows[0];
  const end = list.rows.at(-1);
  let last = list.rows.at(-1);
  let resort = false;
  for (const message of missing.values()) {
    // Beyond what is loaded: it comes with its page.
    if (list.older && first && byTime(message, first) < 0) continue;
    if (list.newer && end && byTime(message, end) > 0) continue;
    resort ||= last !== undefined && byTime(message, last) < 0;
    rows.push(message);
    last = message;
    changed = true;
  }
  if (!changed) return list;
  return { ...list, rows: resort ? rows.sort(byTime) : rows };
}

export function byTime(a: Message, b: Message): number {
  if (a.created_at !== b.created_at) return a.created_at < b.created_at ? -1 : 1;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}
