/** The left column: which conversations, a filter, and the list itself. */
import { useNavigate } from "@tanstack/react-router";
import { ListFilter as FilterIcon, Inbox, Search, SearchX, X } from "lucide-react";
import { lazy, type RefObject, Suspense, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ListFilter, StatusFilter, Tab } from "@/live/conversations";
import { Button, IconButton } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { Menu, MenuChoices } from "@/ui/Menu";
import { Bone, Delayed } from "@/ui/Skeleton";
import { TabBar, tabId } from "@/ui/TabBar";
import { defaultStatus, rememberTab } from "../filter";
import { type Rows, useConversationList } from "../queries/lists";
import { useRested } from "../search/queries";
import { ConversationList } from "./ConversationList";
import { useUnreadCount } from "./unread";

// Wanted once somebody searches.
const SearchResults = lazy(() => import("../search/SearchResults"));

const TABS: Tab[] = ["mine", "unassigned", "all"];
const STATUSES: StatusFilter[] = ["active", "open", "pending", "closed", "any"];

export function ConversationPane({
  filter,
  selected,
  target,
  searchRef,
}: {
  filter: ListFilter;
  selected: string | undefined;
  /** The message that was searched for and is open. */
  target: string | undefined;
  searchRef: RefObject<HTMLInputElement | null>;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const list = useConversationList(filter);
  const [query, setQuery] = useState("");
  const wanted = useRested(query.trim() && query.trimStart());
  const searchId = useId();
  const panel = useId();

  const setTab = (tab: Tab) => {
    rememberTab(tab);
    // A conversation that is open stays open, whatever list stands beside it.
    void navigate({ to: "/inbox", search: ({ c }) => ({ ...(c ? { c } : {}), tab }) });
  };
  const setStatus = (status: StatusFilter) =>
    void navigate({ to: "/inbox", search: ({ c }) => ({ ...(c ? { c } : {}), tab: filter.tab, status }) });

  return (
    <div className="flex h-full min-h-0 flex-col bg-surface">
      <header className="flex flex-col gap-2 px-3 pt-3">
        <h1 className="sr-only">{t("inbox.title")}</h1>
        <div className="flex items-center gap-1.5">
          <label htmlFor={searchId} className="relative flex-1">
            <span className="sr-only">{t("inbox.list.search")}</span>
            <Search
              aria-hidden="true"
              className="pointer-events-none absolute inset-y-0 start-2.5 my-auto size-4 text-faint"
            />
            <input
              ref={searchRef}
              id={searchId}
              type="search"
              value={query}
              onChange={(event) => setQuery(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === "ArrowDown" || event.key === "Enter") {
                  event.preventDefault();
                  document.querySelector<HTMLElement>("[data-hit]")?.focus();
                }
                if (event.key !== "Escape") return;
                event.stopPropagation();
                setQuery("");
                event.currentTarget.blur();
              }}
              placeholder={t("inbox.list.search")}
              className="h-9 w-full rounded-md border border-line bg-canvas ps-8.5 pe-8 text-base placeholder:text-faint focus-visible:outline-offset-0 pointer-coarse:h-11 [&::-webkit-search-cancel-button]:hidden"
            />
            {query && (
              <button
                type="button"
                aria-label={t("inbox.list.clearSearch")}
                onClick={() => setQuery("")}
                className="absolute end-1 top-1 inline-flex size-7 items-center justify-center rounded-md text-muted hover:text-text pointer-coarse:top-2"
              >
                <X aria-hidden="true" className="size-4" />
              </button>
            )}
          </label>
          <Menu
            align="end"
            trigger={
              <IconButton
                label={t("inbox.list.statusFilter")}
                variant={filter.status === defaultStatus(filter.tab) ? "quiet" : "secondary"}
              >
                <FilterIcon className="size-4" />
              </IconButton>
            }
          >
            <MenuChoices
              label={t("inbox.list.statusFilter")}
              value={filter.status}
              onChange={setStatus}
              choices={STATUSES.map((status) => ({
                value: status,
                label: t(`inbox.statusFilter.${status}`),
              }))}
            />
          </Menu>
        </div>
        <TabBar
          id={panel}
          label={t("inbox.list.views")}
          value={filter.tab}
          onChange={setTab}
          tabs={TABS.map((tab) => ({ value: tab, label: <TabLabel tab={tab} /> }))}
          className="-mx-3 flex border-line border-b px-3"
        />
      </header>
      <div
        id={panel}
        role="tabpanel"
        aria-labelledby={tabId(panel, filter.tab)}
        className="flex min-h-0 flex-1 flex-col"
      >
        {wanted ? (
          <Suspense fallback={null}>
            <SearchResults query={wanted} selected={selected} target={target} onClear={() => setQuery("")} />
          </Suspense>
        ) : (
          <Body list={list} selected={selected} filter={filter} />
        )}
      </div>
    </div>
  );
}

function TabLabel({ tab }: { tab: Tab }) {
  const { t } = useTranslation();
  const unread = useUnreadCount({ tab, status: defaultStatus(tab) });
  return (
    <>
      {t(`inbox.tab.${tab}`)}
      {unread.count > 0 && (
        <span className="rounded-sm bg-accent-soft px-1 font-medium text-accent text-xs tabular-nums">
          {unread.label}
          <span className="sr-only"> {t("inbox.list.unreadConversations")}</span>
        </span>
      )}
    </>
  );
}

function Body({ list, selected, filter }: { list: Rows; selected: string | undefined; filter: ListFilter }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  if (list.error) {
    return (
      <EmptyState
        icon={SearchX}
        title={t("inbox.list.failed")}
        action={<Button onClick={list.reload}>{t("common.retry")}</Button>}
      >
        {list.error.message}
      </EmptyState>
    );
  }
  if (list.isPending) {
    return (
      <Delayed>
        <div role="status" aria-label={t("common.loading")} className="flex flex-col">
          {[72, 56, 64, 48, 60, 52, 68].map((width) => (
            <div key={width} className="flex h-[68px] items-center gap-3 px-3">
              <Bone className="size-11 rounded-full" />
              <div className="flex flex-1 flex-col gap-2">
                <Bone className="h-3.5 w-2/5" />
                <Bone className="h-3 w-4/5" />
              </div>
            </div>
          ))}
        </div>
      </Delayed>
    );
  }
  if (list.rows.length === 0 && !list.hasMore) {
    return (
      <EmptyState
        icon={Inbox}
        title={t(`inbox.empty.${filter.tab}.title`)}
        action={
          filter.tab === "all" && filter.status === "any" ? undefined : (
            <Button
              onClick={() =>
                void navigate({
                  to: "/inbox",
                  search: ({ c }) => ({ ...(c ? { c } : {}), tab: "all" as const }),
                })
              }
            >
              {t("inbox.empty.showAll")}
            </Button>
          )
        }
      >
        {t(`inbox.empty.${filter.tab}.hint`)}
      </EmptyState>
    );
  }
  return (
    <ConversationList
      key={`${filter.tab} ${filter.status}`}
      list={list}
      rows={list.rows}
      selected={selected}
    />
  );
}
