/** The conversation lists of the cache: in the order asked for, loaded page by page, kept right by events. */
import type { Conversation, ConversationStatus, Message, Window } from "@/api/types";
import { withContact } from "./contacts";
import type { Changes } from "./reducers";
import { newer, type Stamped, stamp } from "./stamped";

export type Tab = "mine" | "unassigned" | "all";
/** `active`: everything but closed. */
export type StatusFilter = ConversationStatus | "active" | "any";
/** Newest first, or what needs somebody first: who has waited longest, what is unread. */
export type Sort = "activity" | "waiting" | "unread";
export type ListFilter = {
  tab: Tab;
  status: StatusFilter;
  sort?: Sort;
  /** Those of one member. */
  member?: string;
  channel?: string;
  tag?: string;
  unread?: true;
  window?: Window;
};

export type ConversationList = {
  /** Sorted. Only the first `complete(list)` rows are known to have none missing between them. */
  rows: Stamped<Conversation>[];
  /** Cursor of the page after the last one loaded; null when all is loaded. */
  next: string | null;
  /** Where the last row loaded stands: below it the list is unknown. */
  floor: Place | null;
};

/** Where a row stands. What needs somebody (`first`) stands above all else. */
type Place = { first: boolean; at: string; id: string };

const CLOSING_MS = 4 * 3_600_000;

export const EMPTY: ConversationList = { rows: [], next: null, floor: null };

/** The states a filter lets through; none: all. */
export function statuses(filter: ListFilter): ConversationStatus[] {
  if (filter.status === "any") return [];
  return filter.status === "active" ? ["open", "pending"] : [filter.status];
}

export function matches(
  filter: ListFilter,
  me: string,
  conversation: Conversation,
  now = Date.now(),
): boolean {
  const { tab, member, channel, tag, unread } = filter;
  const assignee = conversation.assigned_agent_id;
  if (tab === "mine" && assignee !== me) return false;
  if (tab === "unassigned" && assignee) return false;
  if (member && assignee !== member) return false;
  if (channel && conversation.channel_id !== channel) return false;
  if (tag && !conversation.contact.tags.some((one) => one.id === tag)) return false;
  if (unread && conversation.unread_count === 0) return false;
  if (filter.window && !windowMatches(filter.window, conversation, now)) return false;
  const wanted = statuses(filter);
  return wanted.length === 0 || wanted.includes(conversation.status);
}

function windowMatches(window: Window, conversation: Conversation, now: number): boolean {
  const expires = conversation.window_expires_at;
  const left = expires ? Date.parse(expires) - now : 0;
  if (window === "closed") return left <= 0;
  return left > 0 && (window === "open" || left <= CLOSING_MS);
}

/** Adds the next page. Rows we know better than the page stay. */
export function addPage(
  list: ConversationList,
  sort: Sort,
  page: Conversation[],
  next: string | null,
  seq: number,
): ConversationList {
  const rows = new Map(list.rows.map((row) => [row.id, row]));
  for (const row of page) rows.set(row.id, newer(rows.get(row.id), stamp(row, seq)));
  const last = page.at(-1);
  return {
    rows: [...rows.values()].sort(by(sort)),
    next,
    floor: last ? place(sort, last) : list.floor,
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
  const sort = filter.sort ?? "activity";
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
    resort ||= compare(sort, place(sort, next), place(sort, row)) !== 0;
    rows.push(next);
  }
  for (const conversation of missing.values()) {
    if (!matches(filter, me, conversation) || !isLoaded(list, sort, conversation)) continue;
    rows.push(conversation);
    changed = true;
    resort = true;
  }
  if (!changed) return list;
  return { ...list, rows: resort ? rows.sort(by(sort)) : rows };
}

/** The conversation after these changes; the same object when they do not touch it. */
export function withChanges(row: Stamped<Conversation>, changes: Told): Stamped<Conversation> {
  const told = changes.conversations.get(row.id);
  const next = told ? newer(row, told) : row;
  return withContact(next, changes.contacts?.get(row.contact_id), changes.tags);
}

/** How many rows from the top are complete: those below what is loaded may have others between them. */
export function complete(list: ConversationList, sort: Sort = "activity"): number {
  const { next, floor, rows } = list;
  if (!next || !floor) return rows.length;
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row && compare(sort, place(sort, row), floor) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
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

/** Newest activity first. */
export const byActivity = by("activity");

/** Whether this place of the list has been loaded, so that a row not there is really not there. */
function isLoaded(list: ConversationList, sort: Sort, conversation: Conversation): boolean {
  return !list.next || !list.floor || compare(sort, place(sort, conversation), list.floor) <= 0;
}

function by(sort: Sort): (a: Conversation, b: Conversation) => number {
  return (a, b) => compare(sort, place(sort, a), place(sort, b));
}

function place(sort: Sort, conversation: Conversation): Place {
  const { id, last_message_at, unread_count, waiting_since } = conversation;
  if (sort === "waiting" && waiting_since) return { first: true, at: waiting_since, id };
  return { first: sort === "unread" && unread_count > 0, at: last_message_at, id };
}

/** Negative when `a` stands above `b`: newest first, but who waits longest before who waits since just now. */
function compare(sort: Sort, a: Place, b: Place): number {
  if (a.first !== b.first) return a.first ? -1 : 1;
  const newestFirst = sort === "waiting" && a.first ? -1 : 1;
  if (a.at !== b.at) return a.at > b.at ? -newestFirst : newestFirst;
  if (a.id === b.id) return 0;
  return a.id > b.id ? -newestFirst : newestFirst;
}
