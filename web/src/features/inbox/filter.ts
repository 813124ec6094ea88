/** Which conversations are listed: in the address, and remembered on this device. */
import { storage } from "@/app/storage";
import type { ListFilter, StatusFilter, Tab } from "@/live/conversations";

const TABS: readonly Tab[] = ["mine", "unassigned", "all"];
const STATUSES: readonly StatusFilter[] = ["active", "open", "pending", "closed", "any"];
const KEY = "recado.inbox.tab";

/** `c`: the conversation that is open; `m`: the message in it that was asked for. */
export type InboxSearch = { c?: string; m?: string; tab?: Tab; status?: StatusFilter };

/** The search part of `/inbox`; what is not understood is left out. */
export function parseSearch(search: Record<string, unknown>): InboxSearch {
  const tab = TABS.find((tab) => tab === search.tab);
  const status = STATUSES.find((status) => status === search.status);
  return {
    ...(typeof search.c === "string" && search.c ? { c: search.c } : {}),
    ...(typeof search.m === "string" && search.m ? { m: search.m } : {}),
    ...(tab ? { tab } : {}),
    ...(status ? { status } : {}),
  };
}

export function filterOf(search: InboxSearch): ListFilter {
  const tab = search.tab ?? rememberedTab();
  return { tab, status: search.status ?? defaultStatus(tab) };
}

/** Work at hand leaves out what is closed; "all" has everything. */
export function defaultStatus(tab: Tab): StatusFilter {
  return tab === "all" ? "any" : "active";
}

export function rememberTab(tab: Tab): void {
  storage.set(KEY, tab);
}

function rememberedTab(): Tab {
  return TABS.find((tab) => tab === storage.get(KEY)) ?? "all";
}
