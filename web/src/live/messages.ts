/** The message lists of the cache: one per conversation, oldest first, loaded from the end backwards. */
import type { Message } from "@/api/types";
import { newer, type Stamped, stamp } from "./stamped";

export type MessageList = {
  rows: Stamped<Message>[];
  /** Cursor of the page before the first row; null when the beginning is loaded. */
  older: string | null;
};

export const NO_MESSAGES: MessageList = { rows: [], older: null };

/** Adds a page as the API gives it, newest first. Rows we know better than the page stay. */
export function addOlder(list: MessageList, page: Message[], older: string | null, seq: number): MessageList {
  const rows = new Map(list.rows.map((row) => [row.id, row]));
  for (const message of page) rows.set(message.id, newer(rows.get(message.id), stamp(message, seq)));
  return { rows: [...rows.values()].sort(byTime), older };
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
  let last = list.rows.at(-1);
  let resort = false;
  for (const message of missing.values()) {
    // Older than what is loaded: it comes with its page.
    if (list.older && first && byTime(message, first) < 0) continue;
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
