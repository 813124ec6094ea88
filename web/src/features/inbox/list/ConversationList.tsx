/** The list itself: only the rows in view exist, whatever its length; what you look at stays where it is. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef } from "react";
import { useCan } from "@/app/me";
import { useTranslation } from "@/i18n/useTranslation";
import { useMemberMap } from "@/team/queries";
import { Button } from "@/ui/Button";
import { whenIdle } from "@/ui/useAfterPaint";
import type { Rows } from "../queries/lists";
import { ConversationRow, ROW_HEIGHT } from "./ConversationRow";
import { useNear } from "./near";
import { useOpenOne } from "./open";
import type { Selection } from "./selection";

/** Rows left below the view when the next page is asked for. */
const AHEAD = 20;

export function ConversationList({
  list,
  rows,
  selection,
  waits,
  address,
}: {
  list: Rows;
  rows: Rows["rows"];
  selection: Selection;
  waits: boolean;
  /** Of the list; a conversation's own is that and its id. */
  address: string;
}) {
  const { t } = useTranslation();
  const members = useMemberMap();
  const { id: selected, open, near, ready } = useOpenOne();
  const mayChange = useCan("conversations:write");
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (at) => rows[at]?.id ?? at,
    overscan: 8,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { hasMore, isLoadingMore, loadMoreError, loadMore } = list;

  useEffect(() => {
    if (hasMore && !isLoadingMore && !loadMoreError && last >= rows.length - AHEAD) loadMore();
  }, [hasMore, isLoadingMore, loadMoreError, last, rows.length, loadMore]);

  useAnchor(scroller, rows);
  const reached = useNear(near);

  // Somebody who comes to an inbox opens what is at its top.
  const first = selected ? undefined : rows[0]?.id;
  useEffect(() => (first ? whenIdle(() => ready(first)) : undefined), [first, ready]);

  return (
    <div ref={scroller} className="thin-scroll min-h-0 flex-1 overflow-y-auto [overflow-anchor:none]">
      <ul
        aria-label={t("inbox.list.label")}
        className="relative"
        style={{ height: virtual.getTotalSize() }}
        data-total={rows.length}
        {...reached}
      >
        {items.map((item) => {
          const row = rows[item.index];
          return (
            row && (
              <li
                key={item.key}
                aria-setsize={hasMore ? -1 : rows.length}
                aria-posinset={item.index + 1}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <ConversationRow
                  conversation={row}
                  assignee={row.assigned_agent_id ? members.get(row.assigned_agent_id) : undefined}
                  selected={row.id === selected}
                  chosen={selection.ids.has(row.id)}
                  choosing={selection.active}
                  waits={waits}
                  address={address}
                  onOpen={open}
                  onChoose={mayChange ? selection.toggle : null}
                />
              </li>
            )
          );
        })}
      </ul>
      {loadMoreError ? (
        <p className="flex flex-col items-center gap-2 px-4 py-4 text-center text-muted text-sm">
          {t("inbox.list.moreFailed")}
          <Button size="sm" onClick={loadMore}>
            {t("common.retry")}
          </Button>
        </p>
      ) : (
        isLoadingMore && (
          <p role="status" className="px-4 py-3 text-center text-muted text-sm">
            {t("inbox.list.loadingMore")}
          </p>
        )
      )}
    </div>
  );
}

/**
 * A row that jumps to the top moves everything below it. Whoever has scrolled down keeps looking at the same rows:
 * the first visible one that has not itself moved holds the place.
 */
function useAnchor(scroller: React.RefObject<HTMLDivElement | null>, rows: Rows["rows"]): void {
  const before = useRef<{ rows: Rows["rows"]; top: number }>({ rows, top: 0 });

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const note = () => {
      before.current.top = element.scrollTop;
    };
    element.addEventListener("scroll", note, { passive: true });
    return () => element.removeEventListener("scroll", note);
  }, [scroller]);

  useLayoutEffect(() => {
    const element = scroller.current;
    const { rows: old, top } = before.current;
    before.current.rows = rows;
    if (!element || old === rows || top < ROW_HEIGHT / 2) return;
    const shift = shiftOf(old, rows, Math.floor(top / ROW_HEIGHT));
    if (shift === 0) return;
    element.scrollTop = top + shift * ROW_HEIGHT;
    before.current.top = element.scrollTop;
  }, [scroller, rows]);
}

/** How many rows the view has moved down by: of the rows in sight, the first that most others agree with. */
export function shiftOf(old: { id: string }[], rows: { id: string }[], first: number): number {
  const seen = new Map<string, number>();
  for (let at = first; at < Math.min(old.length, first + 5); at++) {
    const row = old[at];
    if (row) seen.set(row.id, at);
  }
  if (seen.size === 0) return 0;
  const shifts = new Map<number, number>();
  for (const [at, row] of rows.entries()) {
    const was = seen.get(row.id);
    if (was !== undefined) shifts.set(at - was, (shifts.get(at - was) ?? 0) + 1);
  }
  let best = 0;
  let votes = 0;
  for (const [shift, count] of shifts) {
    if (count > votes) {
      best = shift;
      votes = count;
    }
  }
  return best;
}
