/** The left column: which conversations, in which order, and the list itself. */
import { useNavigate, useRouter } from "@tanstack/react-router";
import {
  ArrowDownWideNarrow,
  ListFilter as FilterIcon,
  ListChecks,
  MessageSquarePlus,
  Search,
  X,
} from "lucide-react";
import { memo, type RefObject, Suspense, useCallback, useId, useMemo, useRef, useState } from "react";
import { reasonOf } from "@/api/errors";
import type { View } from "@/api/types";
import { useReason } from "@/app/permission";
import { useTranslation } from "@/i18n/useTranslation";
import type { ListFilter, Sort, Tab } from "@/live/conversations";
import { IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Kbd } from "@/ui/Kbd";
import { lazy } from "@/ui/lazy";
import { Menu, MenuChoices, MenuItem, MenuSeparator } from "@/ui/Menu";
import { textBoxIsComing, useShortcuts } from "@/ui/shortcuts";
import { TabBar } from "@/ui/TabBar";
import { notify, notifyError } from "@/ui/toast";
import {
  defaultStatus,
  fromView,
  type InboxSearch,
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
import { useMayChangeView, useViewActions, useViews } from "../queries/views";
import { useRested } from "../search/queries";
import { ListPanel } from "./ListPanel";
import type { Selection } from "./selection";
import { ViewsMenu } from "./ViewsMenu";

const Chips = lazy(() => import("./Chips"));
const FilterPopup = lazy(() => import("./FilterPopup"));
const StartDialog = lazy(() => import("../start/StartDialog"));
const SaveView = lazy(() => import("./ViewDialogs").then((parts) => ({ default: parts.SaveView })));
const ManageViews = lazy(() => import("./ViewDialogs").then((parts) => ({ default: parts.ManageViews })));

export const ConversationPane = memo(function ConversationPane({
  filter,
  view: viewId,
  starting,
  searchRef,
}: {
  filter: ListFilter;
  /** The saved view that the list was opened with. */
  view: string | undefined;
  /** Whether somebody is about to be written to first. */
  starting: boolean;
  searchRef: RefObject<HTMLInputElement | null>;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const router = useRouter();
  const [query, setQuery] = useState("");
  const clear = useCallback(() => setQuery(""), []);
  const wanted = useRested(query.trim() && query.trimStart());
  const selection = useRef<Selection>(null);
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

  // biome-ignore lint/correctness/useExhaustiveDependencies: which list it is stands in the address
  const address = useMemo(() => {
    const search = ({ c: _, m: __, start: ___, ...rest }: InboxSearch) => rest;
    const { href } = router.buildLocation({ to: "/inbox", search });
    return href + (href.includes("?") ? "&" : "?");
  }, [router, filter, viewId]);

  // A conversation that is open stays open, whatever list stands beside it.
  const show = (next: ListFilter, view?: string) => {
    selection.current?.clear();
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
      else {
        textBoxIsComing();
        start();
      }
    },
  });

  return (
    <div className="flex h-full min-h-0 flex-col bg-surface">
      <header className="@container flex flex-col gap-2 px-3 pt-3">
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
              className="h-9 w-full rounded-md border border-line bg-canvas ps-8.5 pe-8 text-base pointer-coarse:pe-11 placeholder:text-faint focus-visible:outline-offset-0 pointer-coarse:h-11 [&::-webkit-search-cancel-button]:hidden"
            />
            {query && (
              <button
                type="button"
                aria-label={t("inbox.list.clearSearch")}
                onClick={() => setQuery("")}
                className="absolute end-1 top-1 inline-flex size-7 items-center justify-center rounded-md text-muted hover:text-text pointer-coarse:end-0 pointer-coarse:top-0 pointer-coarse:size-11"
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
              <MenuItem disabledReason={noWriting} onClick={() => selection.current?.start()}>
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
          // In languages with long words three of them have little room beside a conversation.
          className="-mx-3 flex border-line border-b px-3 @max-[21.5rem]:px-1.5"
          tabClassName="min-w-0 @max-[21.5rem]:gap-1 @max-[21.5rem]:px-1.5 @max-[21.5rem]:text-sm"
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
      <ListPanel
        id={panel}
        filter={filter}
        address={address}
        query={wanted}
        onClear={clear}
        handle={selection}
      />
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
});

function TabLabel({ tab }: { tab: Tab }) {
  const { t } = useTranslation();
  const count = useCounts()?.[tab] ?? 0;
  const label = useCountLabel();
  return (
    <>
      <span className="truncate">{t(`inbox.tab.${tab}`)}</span>
      {count > 0 && (
        <span
          className={cx(
            "rounded-sm bg-sunken px-1 font-medium text-muted text-xs tabular-nums",
            // Least is done with this one: where there is no room for all it goes first.
            tab === "all" && "@max-[18rem]:hidden",
          )}
        >
          {label(count)}
          <span className="sr-only"> {t("inbox.list.notClosed")}</span>
        </span>
      )}
    </>
  );
}
