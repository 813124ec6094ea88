/** What stands in threads beside their messages: notes and what happened. One list per conversation, oldest first. */
import type { Activity, Note, TimelineItem } from "@/api/types";
import { newer, type Stamped, stamp } from "./stamped";

export type Aside = { id: string; at: string } & (
  | { kind: "note"; note: Note }
  | { kind: "activity"; activity: Activity }
);

export type Timeline = {
  rows: Stamped<Aside>[];
  /** Cursor of the page before the first row; null when the beginning is loaded. */
  older: string | null;
};

/** The last word on each, by id; without an aside it is gone. */
export type ToldAsides = Map<string, Stamped<{ aside: Aside | null }>>;

export const NO_TIMELINE: Timeline = { rows: [], older: null };

export function asideOfNote(note: Note): Aside {
  return { kind: "note", id: note.id, at: note.created_at, note };
}

export function asideOfActivity(activity: Activity): Aside {
  return { kind: "activity", id: activity.id, at: activity.created_at, activity };
}

/** Adds a page as the API gives it, newest first. Rows we know better than the page stay. */
export function addOlderAsides(
  list: Timeline,
  page: TimelineItem[],
  older: string | null,
  seq: number,
): Timeline {
  const rows = new Map(list.rows.map((row) => [row.id, row]));
  for (const item of page) {
    const aside = item.type === "note" ? asideOfNote(item.note) : asideOfActivity(item.activity);
    rows.set(aside.id, newer(rows.get(aside.id), stamp(aside, seq)));
  }
  return { rows: [...rows.values()].sort(byTime), older };
}

/** Applies what events changed. Returns the same list when nothing of it changed. */
export function mergeTimeline(list: Timeline, told: ToldAsides): Timeline {
  let changed = false;
  const missing = new Map(told);
  const rows: Stamped<Aside>[] = [];
  for (const row of list.rows) {
    const next = missing.get(row.id);
    missing.delete(row.id);
    if (!next || next.seq <= row.seq) {
      rows.push(row);
      continue;
    }
    changed = true;
    if (next.aside) rows.push(stamp(next.aside, next.seq));
  }
  const first = list.rows[0];
  for (const { aside, seq } of missing.values()) {
    // Older than what is loaded: it comes with its page.
    if (!aside || (list.older && first && byTime(aside, first) < 0)) continue;
    rows.push(stamp(aside, seq));
    changed = true;
  }
  return changed ? { ...list, rows: rows.sort(byTime) } : list;
}

function byTime(a: Aside, b: Aside): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}
