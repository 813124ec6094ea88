/** The left column: which conversations, in which order, and the list itself. */
import { useNavigate } from "@tanstack/react-router";
import {
  ArrowDownWideNarrow,
  ListFilter as FilterIcon,
  Inbox,
  ListChecks,
  MessageSquarePlus,
  Search,
  SearchX,
  X,
} from "lucide-react";
import { type RefObject, Suspense, useId, useRef, useState } from "react";
import { reasonOf } from "@/api/errors";
import type { View } from "@/api/types";
import { useReason } from "@/app/permission";
import { useIsNarrow } from "@/app/useMediaQuery";
import { useTranslation } from "@/i18n/useTranslation";
import type { ListFilter, Sort, Tab } from "@/live/conversations";
import { Button, IconButton } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { Kbd } from "@/ui/Kbd";
import { lazy } from "@/ui/lazy";
import { Menu, MenuChoices, MenuItem, MenuSeparator } from "@/ui/Menu";
import { Bone, Delayed } from "@/ui/Skeleton";
import { useShortcuts } from "@/ui/shortcuts";
import { TabBar, tabId } from "@/ui/TabBar";
import { notify, notifyError } from "@/ui/toast";
import {
  defaultStatus,
  fromView,
  narrowings,
  rememberSort,
  rememberTab,
  SORTS,
  sameList,
  searchOf,
  TABS,
  toView,
} from "../filter";
import { useCountLabel, useCounts } from "../queries/counts";
import { type Rows, useConversationList } from "../queries/lists";
import { useMayChangeView, useViewActions, useViews } from "../queries/views";
import { useRested } from "../search/queries";
import { useIsUnconnected, Welcome } from "../Welcome";
import { ConversationList } from "./ConversationList";
import { focusedRow } from "./focus";
import { type Selection, useSelection } from "./selection";
import { ViewsMenu } from "./ViewsMenu";

// Wanted once somebody searches.
const SearchResults = lazy(() => import("../search/SearchResults"));
const Chips = lazy(() => import("./Chips"));
const FilterPopup = lazy(() => import("./FilterPopup"));
const StartDialog = lazy(() => import("../start/StartDialog"));
const BulkBar = lazy(() => import("./BulkBar"));
const SaveView = lazy(() => import("./ViewDialogs").then((parts) => ({ default: parts.SaveView })));
const ManageViews = lazy(() => import("./ViewDialogs").then((parts) => ({ default: parts.ManageViews })));

export function ConversationPane({
  filter,
  view: viewId,
  selected,
  target,
  starting,
  searchRef,
}: {
  filter: ListFilter;
  /** The saved view that the list was opened with. */
  view: string | undefined;
  selected: string | undefined;
  /** The message that was searched for and is open. */
  target: string | undefined;
  /** Whether somebody is about to be written to first. */
  starting: boolean;
  searchRef: RefObject<HTMLInputElement | null>;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const list = useConversationList(filter);
  const [query, setQuery] = useState("");
  const wanted = useRested(query.trim() && query.trimStart());
  const { rows } = list;
  const selection = useSelection(rows);
  const [open, setOpen] = useState<"filter" | "save" | "manage" | null>(null);
  const filterButton = useRef<HTMLButtonElement>(null);
  const searchId = useId();
  const panel = useId();
  const { data: views } = useViews();
  const view = views?.find(({ id }) => id === viewId);
  const changed = view !== undefined && !sameList(fromView(view.filter), filter);
  const mayChange = useMayChangeView();
  const { change: changeView } = useViewActions();
  const noWriting = useReason("conversations:write");
  const noSending = useReason("messages:send");

  // A conversation that is open stays open, whatever list stands beside it.
  const show = (next: ListFilter, view?: string) => {
    selection.clear();
    void navigate({ to: "/inbox", search: ({ c }) => searchOf(next, c, view) });
  };
  const setTab = (tab: Tab) => {
    rememberTab(tab);
    show({ tab, status: defaultStatus(tab), ...(filter.sort ? { sort: filter.sort } : {}) });
  };
  const setSort = (sort: Sort) => {
    rememberSort(sort);
    const { sort: _, ...rest } = filter;
    show(sort === "activity" ? rest : { ...rest, sort }, viewId);
  };
  const start = () => void navigate({ to: "/inbox", search: (now) => ({ ...now, start: true as const }) });
  const started = (c?: string) =>
    void navigate({
      to: "/inbox",
      search: ({ start: _, m, ...now }) => ({ ...now, ...(c ? { c } : m ? { m } : {}) }),
      replace: true,
    });
  const keep = async (view: View) => {
    try {
      await changeView(view.id, { filter: toView(filter) });
    } catch (error) {
      notifyError(t("inbox.views.notKept"), reasonOf(error) ?? t("error.network"));
    }
  };

  useShortcuts({
    c: () => {
      if (noSending) notify(noSending);
      else start();
    },
    x: () => {
      const id = focusedRow() ?? selected;
      if (!id || !rows.some((row) => row.id === id)) return;
      if (noWriting) notify(noWriting);
      else selection.toggle(id, false);
    },
    ...(selection.active ? { Escape: selection.clear } : {}),
  });

  return (
    <div className="flex h-full min-h-0 flex-col bg-surface">
      <header className="flex flex-col gap-2 px-3 pt-3">
        <h1 className="sr-only">{t("inbox.title")}</h1>
        <div className="flex items-center gap-1.5">
          <label
            htmlFor={searchId}
            data-tip={t("inbox.list.search")}
            data-tip-key="/"
            className="relative min-w-0 flex-1"
          >
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
              placeholder={t("inbox.list.searchShort")}
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
          <span className="-me-1.5 flex gap-0.5">
            <IconButton
              label={t("inbox.start.title")}
              shortcut="c"
              disabledReason={noSending}
              onClick={start}
            >
              <MessageSquarePlus className="size-4" />
            </IconButton>
            <IconButton
              ref={filterButton}
              label={t("inbox.filter.title")}
              aria-haspopup="dialog"
              aria-expanded={open === "filter"}
              variant={narrowings(filter).length > 0 ? "secondary" : "quiet"}
              onClick={() => setOpen(open === "filter" ? null : "filter")}
            >
              <FilterIcon className="size-4" />
            </IconButton>
            <Menu
              align="end"
              trigger={
                <IconButton
                  label={t("inbox.sort.button", { current: t(`inbox.sort.${filter.sort ?? "activity"}`) })}
                  variant={filter.sort ? "secondary" : "quiet"}
                >
                  <ArrowDownWideNarrow className="size-4" />
                </IconButton>
              }
            >
              <MenuChoices
                label={t("inbox.sort.title")}
                value={filter.sort ?? "activity"}
                onChange={setSort}
                choices={SORTS.map((sort) => ({ value: sort, label: t(`inbox.sort.${sort}`) }))}
              />
              <MenuSeparator />
              <MenuItem disabledReason={noWriting} onClick={selection.start}>
                <ListChecks aria-hidden="true" className="size-4 text-muted" />
                <span className="min-w-0 flex-1">{t("inbox.bulk.start")}</span>
                <span aria-hidden="true" className="pointer-coarse:hidden">
                  <Kbd>x</Kbd>
                </span>
              </MenuItem>
            </Menu>
            <ViewsMenu
              current={view}
              onOpen={(view) => show(fromView(view.filter), view.id)}
              onLeave={() => setTab(filter.tab)}
              onSave={() => setOpen("save")}
              onManage={() => setOpen("manage")}
            />
          </span>
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
      {(view || narrowings(filter).length > 0) && (
        <Suspense fallback={null}>
          <Chips
            filter={filter}
            view={view}
            changed={changed}
            onChange={(next) => show(next, viewId)}
            onLeave={() => setTab(filter.tab)}
            onKeep={view && mayChange(view) ? () => void keep(view) : undefined}
          />
        </Suspense>
      )}
      {selection.active && (
        <Suspense fallback={null}>
          <BulkBar rows={rows} selection={selection} />
        </Suspense>
      )}
      <div
        id={panel}
        role="tabpanel"
        tabIndex={-1}
        aria-labelledby={tabId(panel, filter.tab)}
        className="flex min-h-0 flex-1 flex-col outline-none"
      >
        {wanted ? (
          <Suspense fallback={null}>
            <SearchResults query={wanted} selected={selected} target={target} onClear={() => setQuery("")} />
          </Suspense>
        ) : (
          <Body list={list} selected={selected} selection={selection} filter={filter} />
        )}
      </div>
      <Suspense fallback={null}>
        {open === "filter" && (
          <FilterPopup
            anchor={filterButton}
            filter={filter}
            onChange={(next) => show(next, viewId)}
            onSave={() => setOpen("save")}
            onClose={() => setOpen(null)}
          />
        )}
        {open === "save" && (
          <SaveView filter={filter} onClose={() => setOpen(null)} onSaved={(view) => show(filter, view.id)} />
        )}
        {open === "manage" && <ManageViews onClose={() => setOpen(null)} />}
        {starting && !noSending && <StartDialog onOpen={started} onClose={() => started()} />}
      </Suspense>
    </div>
  );
}

function TabLabel({ tab }: { tab: Tab }) {
  const { t } = useTranslation();
  const count = useCounts()?.[tab] ?? 0;
  const label = useCountLabel();
  return (
    <>
      {t(`inbox.tab.${tab}`)}
      {count > 0 && (
        <span className="rounded-sm bg-sunken px-1 font-medium text-muted text-xs tabular-nums">
          {label(count)}
          <span className="sr-only"> {t("inbox.list.notClosed")}</span>
        </span>
      )}
    </>
  );
}

function Body({
  list,
  selected,
  selection,
  filter,
}: {
  list: Rows;
  selected: string | undefined;
  selection: Selection;
  filter: ListFilter;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const narrow = useIsNarrow();
  const unconnected = useIsUnconnected();
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
    const narrowed = narrowings(filter).length > 0;
    // Where there is room it stands beside the list.
    if (narrow && unconnected && !narrowed) return <Welcome />;
    const empty = narrowed ? "filtered" : filter.tab;
    return (
      <EmptyState
        icon={narrowed ? SearchX : Inbox}
        title={t(`inbox.empty.${empty}.title`)}
        action={
          filter.tab === "all" && !narrowed ? undefined : (
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
        {t(`inbox.empty.${empty}.hint`)}
      </EmptyState>
    );
  }
  return (
    <ConversationList
      key={JSON.stringify(filter)}
      list={list}
      rows={list.rows}
      selected={selected}
      selection={selection}
      waits={filter.sort === "waiting"}
    />
  );
}
