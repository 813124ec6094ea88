/** Which conversations are listed: in the address, and remembered on this device. */
import type { ConversationStatus, ViewFilter, Window } from "@/api/types";
import { storage } from "@/app/storage";
import type { ListFilter, Sort, StatusFilter, Tab } from "@/live/conversations";

export const TABS: readonly Tab[] = ["mine", "unassigned", "all"];
export const STATUSES: readonly StatusFilter[] = ["active", "open", "pending", "closed", "any"];
export const SORTS: readonly Sort[] = ["activity", "waiting", "unread"];
export const WINDOWS: readonly Window[] = ["open", "closing", "closed"];
const KEY = "recado.inbox.tab";
const SORT = "recado.inbox.sort";

export type InboxSearch = {
  /** The conversation that is open. */
  c?: string;
  /** The message in it that was asked for. */
  m?: string;
  tab?: Tab;
  status?: StatusFilter;
  sort?: Sort;
  member?: string;
  channel?: string;
  tag?: string;
  unread?: true;
  window?: Window;
  /** The saved view that the list was opened with. */
  view?: string;
  /** Somebody is about to be written to first. */
  start?: true;
};

/** What narrows a list beside its tab: each can be taken away by itself. */
export type Narrowing = "status" | "member" | "channel" | "tag" | "unread" | "window";

/** The search part of `/inbox`; what is not understood is left out. */
export function parseSearch(search: Record<string, unknown>): InboxSearch {
  const one = <T>(known: readonly T[], value: unknown) => known.find((each) => each === value);
  const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);
  return said<InboxSearch>({
    c: text(search.c),
    m: text(search.m),
    tab: one(TABS, search.tab),
    status: one(STATUSES, search.status),
    sort: one(SORTS, search.sort),
    member: text(search.member),
    channel: text(search.channel),
    tag: text(search.tag),
    unread: search.unread === true ? true : undefined,
    window: one(WINDOWS, search.window),
    view: text(search.view),
    start: search.start === true ? true : undefined,
  });
}

export function filterOf(search: InboxSearch): ListFilter {
  const tab = search.tab ?? rememberedTab();
  const sort = search.sort ?? rememberedSort();
  return said<ListFilter>({
    tab,
    status: search.status ?? defaultStatus(tab),
    sort: sort === "activity" ? undefined : sort,
    // In the other tabs it is said already whose they are.
    member: tab === "all" ? search.member : undefined,
    channel: search.channel,
    tag: search.tag,
    unread: search.unread,
    window: search.window,
  });
}

/** The address of a list; the conversation that is open stays open beside it. */
export function searchOf(filter: ListFilter, c: string | undefined, view?: string): InboxSearch {
  const { status, ...rest } = filter;
  return said<InboxSearch>({
    ...rest,
    c,
    view,
    status: status === defaultStatus(filter.tab) ? undefined : status,
  });
}

/** Work at hand leaves out what is closed; "all" has everything. */
export function defaultStatus(tab: Tab): StatusFilter {
  return tab === "all" ? "any" : "active";
}

export function narrowings(filter: ListFilter): Narrowing[] {
  const all: Narrowing[] = ["status", "member", "channel", "tag", "unread", "window"];
  return all.filter((each) =>
    each === "status" ? filter.status !== defaultStatus(filter.tab) : filter[each] !== undefined,
  );
}

export function without(filter: ListFilter, taken: readonly Narrowing[]): ListFilter {
  const left: ListFilter = { ...filter };
  for (const each of taken) {
    if (each === "status") left.status = defaultStatus(filter.tab);
    else delete left[each];
  }
  return left;
}

/** A list as a saved view keeps it. */
export function toView(filter: ListFilter): ViewFilter {
  const { tab, status, sort, member, channel, tag, unread, window } = filter;
  const states: Record<StatusFilter, ConversationStatus[]> = {
    any: [],
    active: ["open", "pending"],
    open: ["open"],
    pending: ["pending"],
    closed: ["closed"],
  };
  return said<ViewFilter>({
    status: states[status].length > 0 ? states[status] : undefined,
    assigned: tab === "all" ? undefined : tab,
    assigned_agent_id: member,
    channel_id: channel,
    tag,
    unread,
    window,
    sort,
  });
}

/** The list that a saved view shows. Programs may save states that the app has no word for: then all are shown. */
export function fromView(view: ViewFilter): ListFilter {
  const wanted = [...(view.status ?? [])].sort().join(" ");
  const status = wanted === "open pending" ? "active" : STATUSES.find((each) => each === wanted);
  const { assigned } = view;
  const sort = SORTS.find((each) => each === view.sort);
  return said<ListFilter>({
    tab: assigned === "mine" || assigned === "unassigned" ? assigned : "all",
    status: status ?? "any",
    sort: sort === "activity" ? undefined : sort,
    member: view.assigned_agent_id ?? undefined,
    channel: view.channel_id ?? undefined,
    tag: view.tag ?? undefined,
    unread: view.unread ? true : undefined,
    window: view.window ?? undefined,
  });
}

export function sameList(one: ListFilter, other: ListFilter): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

export function rememberTab(tab: Tab): void {
  storage.set(KEY, tab);
}

export function rememberSort(sort: Sort): void {
  storage.set(SORT, sort);
}

function rememberedTab(): Tab {
  return TABS.find((tab) => tab === storage.get(KEY)) ?? "all";
}

function rememberedSort(): Sort {
  return SORTS.find((sort) => sort === storage.get(SORT)) ?? "activity";
}

/** Without what is undefined: an address and a cache key hold only what is said. */
function said<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}

function sorted(filter: ListFilter): [string, unknown][] {
  return Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1));
}
