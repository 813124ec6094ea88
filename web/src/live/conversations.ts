/** The conversation lists of the cache: newest activity first, loaded page by page, kept right by events. */
import type { Conversation, ConversationStatus, Message } from "@/api/types";
import { withContact } from "./contacts";
import type { Changes } from "./reducers";
import { newer, type Stamped, stamp } from "./stamped";

export type Tab = "mine" | "unassigned" | "all";
/** `active`: everything but closed. */
export type StatusFilter = ConversationStatus | "active" | "any";
export type ListFilter = { tab: Tab; status: StatusFilter };

/** One listing of the API that feeds a list. The API filters by one status, so `active` has two of them. */
export type Source = {
  status: ConversationStatus | undefined;
  /** Cursor of the page after the last one loaded; null when all is loaded. */
  next: string | null;
  /** Sort key of the last row loaded: below it this source is unknown. */
  floor: SortKey | null;
};

export type ConversationList = {
  /** Sorted. Only the first `complete(list)` rows are known to have none missing between them. */
  rows: Stamped<Conversation>[];
  sources: Source[];
};

export type SortKey = { at: string; id: string };

export function emptyList(status: StatusFilter): ConversationList {
  const statuses: (ConversationStatus | undefined)[] =
    status === "active" ? ["open", "pending"] : [status === "any" ? undefined : status];
  return { rows: [], sources: statuses.map((status) => ({ status, next: null, floor: null })) };
}

export function matches(filter: ListFilter, me: string, conversation: Conversation): boolean {
  if (filter.tab === "mine" && conversation.assigned_agent_id !== me) return false;
  if (filter.tab === "unassigned" && conversation.assigned_agent_id) return false;
  if (filter.status === "any") return true;
  if (filter.status === "active") return conversation.status !== "closed";
  return conversation.status === filter.status;
}

/** Adds a page of one source. Rows we know better than the page stay. */
export function addPage(
  list: ConversationList,
  source: number,
  page: Conversation[],
  next: string | null,
  seq: number,
): ConversationList {
  const rows = new Map(list.rows.map((row) => [row.id, row]));
  for (const row of page) rows.set(row.id, newer(rows.get(row.id), stamp(row, seq)));
  const last = page.at(-1);
  return {
    rows: [...rows.values()].sort(byActivity),
    sources: list.sources.map((known, at) =>
      at === source ? { ...known, next, floor: last ? sortKey(last) : known.floor } : known,
    ),
  };
}

/** What changes a row: its own news, and those of whom it is with. */
export type Told = Pick<Changes, "conversations"> & Partial<Pick<Changes, "contacts" | "tags">>;

/** Applies what events changed. Returns the same list when nothing of it changed. */
export function mergeIntoList(
  list: ConversationList,
  filter: ListFilter,
  me: string,
  changes: Told,
): ConversationList {
  let changed = false;
  let resort = false;
  const missing = new Map(changes.conversations);
  const rows: Stamped<Conversation>[] = [];
  for (const row of list.rows) {
    missing.delete(row.id);
    const next = withChanges(row, changes);
    if (next === row) {
      rows.push(row);
      continue;
    }
    changed = true;
    if (!matches(filter, me, next)) continue;
    resort ||= next.last_message_at !== row.last_message_at;
    rows.push(next);
  }
  for (const conversation of missing.values()) {
    if (!matches(filter, me, conversation) || !isLoaded(list, conversation)) continue;
    rows.push(conversation);
    changed = true;
    resort = true;
  }
  if (!changed) return list;
  return { ...list, rows: resort ? rows.sort(byActivity) : rows };
}

/** The conversation after these changes; the same object when they do not touch it. */
export function withChanges(row: Stamped<Conversation>, changes: Told): Stamped<Conversation> {
  const told = changes.conversations.get(row.id);
  const next = told ? newer(row, told) : row;
  return withContact(next, changes.contacts?.get(row.contact_id), changes.tags);
}

/** How many rows from the top are complete, whatever the slowest source still holds back. */
export function complete(list: ConversationList): number {
  const floor = highestFloor(list);
  if (!floor) return list.rows.length;
  let low = 0;
  let high = list.rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = list.rows[middle];
    if (row && compare(sortKey(row), floor) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The sources whose next page extends the complete part; none when everything is loaded. */
export function sourcesToLoad(list: ConversationList): number[] {
  const floor = highestFloor(list);
  return list.sources.flatMap((source, at) =>
    source.next && floor && source.floor && compare(source.floor, floor) <= 0 ? [at] : [],
  );
}

/** The conversation as a message just accepted by the server leaves it, until the event tells the rest. */
export function withLastMessage<T extends Conversation>(conversation: T, message: Message): T {
  if (conversation.last_message_at > message.created_at) return conversation;
  return {
    ...conversation,
    last_message_id: message.id,
    last_message_text: message.content_text,
    last_message_type: message.content_type,
    last_message_direction: message.direction,
    last_message_status: message.status,
    last_message_at: message.created_at,
  };
}

export function byActivity(a: Conversation, b: Conversation): number {
  return compare(sortKey(a), sortKey(b));
}

/** Whether this place of the list has been loaded, so that a row not there is really not there. */
function isLoaded(list: ConversationList, conversation: Conversation): boolean {
  const source = list.sources.find((each) => !each.status || each.status === conversation.status);
  if (!source) return false;
  if (!source.next || !source.floor) return true;
  return compare(sortKey(conversation), source.floor) <= 0;
}

function highestFloor(list: ConversationList): SortKey | null {
  let highest: SortKey | null = null;
  for (const source of list.sources) {
    if (!source.next || !source.floor) continue;
    if (!highest || compare(source.floor, highest) < 0) highest = source.floor;
  }
  return highest;
}

function sortKey(conversation: Conversation): SortKey {
  return { at: conversation.last_message_at, id: conversation.id };
}

/** Newest first: negative when `a` stands above `b`. */
function compare(a: SortKey, b: SortKey): number {
  if (a.at !== b.at) return a.at > b.at ? -1 : 1;
  if (a.id === b.id) return 0;
  return a.id > b.id ? -1 : 1;
}
