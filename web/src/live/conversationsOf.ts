/** The conversations with one contact, wherever they stand in the lists. */
import type { Conversation } from "@/api/types";
import { byActivity, type Told, withChanges } from "./conversations";
import type { Stamped } from "./stamped";

/** The conversations with one contact, newest first, as events leave them. */
export function mergeConversationsOf(
  rows: Stamped<Conversation>[],
  contact: string,
  changes: Told,
): Stamped<Conversation>[] {
  let changed = false;
  const next = rows.map((row) => {
    const merged = withChanges(row, changes);
    changed ||= merged !== row;
    return merged;
  });
  for (const told of changes.conversations.values()) {
    if (told.contact_id !== contact || next.some(({ id }) => id === told.id)) continue;
    next.push(told);
    changed = true;
  }
  return changed ? next.sort(byActivity) : rows;
}
