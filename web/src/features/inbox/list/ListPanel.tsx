/** Below its head: the rows, what is done with several of them at once, or what was searched for. */
import { useNavigate } from "@tanstack/react-router";
import { Inbox, SearchX } from "lucide-react";
import { memo, type RefObject, Suspense, useImperativeHandle } from "react";
import { useReason } from "@/app/permission";
import { useIsNarrow } from "@/app/useMediaQuery";
import { useTranslation } from "@/i18n/useTranslation";
import type { ListFilter } from "@/live/conversations";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { lazy } from "@/ui/lazy";
import { useShortcuts } from "@/ui/shortcuts";
import { tabId } from "@/ui/TabBar";
import { notify } from "@/ui/toast";
import { narrowings } from "../filter";
import { type Rows, useConversationList } from "../queries/lists";
import { useIsUnconnected, Welcome } from "../Welcome";
import { ConversationList } from "./ConversationList";
import { focusedRow } from "./focus";
import { useOpenOne } from "./open";
import { RowBones } from "./RowBones";
import { type Selection, useSelection } from "./selection";

// Wanted once somebody searches.
const SearchResults = lazy(() => import("../search/SearchResults"));
const BulkBar = lazy(() => import("./BulkBar"));

/** Apart from the head, which is not drawn anew with every message that comes. */
export const ListPanel = memo(function ListPanel({
  id,
  filter,
  address,
  query,
  onClear,
  handle,
}: {
  id: string;
  filter: ListFilter;
  /** Of the list; a conversation's own is that and its id. */
  address: string;
  /** What is searched for, in place of the list. */
  query: string;
  onClear: () => void;
  handle: RefObject<Selection | null>;
}) {
  const list = useConversationList(filter);
  const selection = useSelection(list.rows);
  useImperativeHandle(handle, () => selection, [selection]);
  return (
    <>
      <SelectionKeys rows={list.rows} selection={selection} />
      {selection.active && (
        <Suspense fallback={null}>
          <BulkBar rows={list.rows} selection={selection} />
        </Suspense>
      )}
      <div
        id={id}
        role="tabpanel"
        tabIndex={-1}
        aria-labelledby={tabId(id, filter.tab)}
        className="flex min-h-0 flex-1 flex-col outline-none"
      >
        {query ? (
          <Suspense fallback={null}>
            <SearchResults query={query} onClear={onClear} />
          </Suspense>
        ) : (
          <Body list={list} selection={selection} filter={filter} address={address} />
        )}
      </div>
    </>
  );
});

function SelectionKeys({ rows, selection }: { rows: Rows["rows"]; selection: Selection }) {
  const { id: selected } = useOpenOne();
  const refused = useReason("conversations:write");
  useShortcuts({
    x: () => {
      const id = focusedRow() ?? selected;
      if (!id || !rows.some((row) => row.id === id)) return;
      if (refused) notify(refused);
      else selection.toggle(id, false);
    },
    ...(selection.active ? { Escape: selection.clear } : {}),
  });
  return null;
}

function Body({
  list,
  selection,
  filter,
  address,
}: {
  list: Rows;
  selection: Selection;
  filter: ListFilter;
  address: string;
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
  if (list.isPending) return <RowBones count={7} />;
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
      selection={selection}
      waits={filter.sort === "waiting"}
      address={address}
    />
  );
}
