/** The conversation lists: the first page by query, the rest on demand, all kept right by events. */
import { type QueryClient, queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { api, snapshot } from "@/api/client";
import type { Conversation } from "@/api/types";
import { useMe } from "@/app/me";
import { useLive } from "@/live/context";
import {
  addPage,
  type ConversationList,
  complete,
  emptyList,
  type ListFilter,
  mergeIntoList,
  type Source,
  sourcesToLoad,
} from "@/live/conversations";
import { keys } from "@/live/keys";
import type { Live } from "@/live/live";
import type { Stamped } from "@/live/stamped";

const PAGE = 50;

export function listQuery(live: Live, me: string, filter: ListFilter) {
  return queryOptions({
    queryKey: keys.list(filter),
    queryFn: () =>
      live.read(
        () => firstPages(filter),
        (list, changes) => mergeIntoList(list, filter, me, changes),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export type Rows = {
  rows: Stamped<Conversation>[];
  isPending: boolean;
  error: Error | null;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMoreError: Error | null;
  loadMore: () => void;
  reload: () => void;
};

export function useConversationList(filter: ListFilter): Rows {
  const cache = useQueryClient();
  const live = useLive();
  const me = useMe().member.id;
  const { data: list, isPending, error, refetch } = useQuery(listQuery(live, me, filter));
  const [isLoadingMore, setLoading] = useState(false);
  const [loadMoreError, setError] = useState<Error | null>(null);
  const busy = useRef(false);
  const { tab, status } = filter;

  const loadMore = useCallback(async () => {
    if (busy.current) return;
    busy.current = true;
    setLoading(true);
    setError(null);
    try {
      await loadNext(cache, live, me, { tab, status });
    } catch (error) {
      setError(error as Error);
    } finally {
      busy.current = false;
      setLoading(false);
    }
  }, [cache, live, me, tab, status]);

  const known = list ? complete(list) : 0;
  return {
    rows: list ? (known === list.rows.length ? list.rows : list.rows.slice(0, known)) : [],
    isPending,
    error: list ? null : error,
    hasMore: list ? sourcesToLoad(list).length > 0 : false,
    isLoadingMore,
    loadMoreError,
    loadMore,
    reload: refetch,
  };
}

/** A conversation as some list of the cache already has it. */
export function findInLists(cache: QueryClient, id: string): Stamped<Conversation> | undefined {
  let best: Stamped<Conversation> | undefined;
  for (const [, list] of cache.getQueriesData<ConversationList>({ queryKey: keys.lists })) {
    const row = list?.rows.find((row) => row.id === id);
    if (row && (!best || row.seq > best.seq)) best = row;
  }
  return best;
}

async function firstPages(filter: ListFilter): Promise<{ value: ConversationList; seq: number | undefined }> {
  const empty = emptyList(filter.status);
  const pages = await Promise.all(empty.sources.map((source) => page(filter, source)));
  let list = empty;
  let seq: number | undefined;
  for (const [at, each] of pages.entries()) {
    list = addPage(list, at, each.rows, each.next, each.seq ?? 0);
    // Events are applied from the older of the two snapshots; rows of the newer one know better by themselves.
    if (each.seq !== undefined) seq = Math.min(seq ?? each.seq, each.seq);
  }
  return { value: list, seq };
}

async function loadNext(cache: QueryClient, live: Live, me: string, filter: ListFilter): Promise<void> {
  const list = cache.getQueryData<ConversationList>(keys.list(filter));
  if (!list) return;
  await Promise.all(
    sourcesToLoad(list).map(async (at) => {
      const source = list.sources[at];
      if (!source?.next) return;
      const { rows, next, seq } = await page(filter, source);
      const changes = live.changesSince(seq);
      if (!changes) return;
      cache.setQueryData<ConversationList>(keys.list(filter), (now) => {
        // The list was read anew meanwhile: this page no longer follows its last row.
        if (now?.sources[at]?.next !== source.next) return now;
        return mergeIntoList(addPage(now, at, rows, next, seq ?? 0), filter, me, changes);
      });
    }),
  );
}

async function page(
  filter: ListFilter,
  source: Source,
): Promise<{ rows: Conversation[]; next: string | null; seq: number | undefined }> {
  const answer = await snapshot(
    api.GET("/api/v1/conversations", {
      params: {
        query: {
          sort: "activity",
          limit: PAGE,
          ...(filter.tab === "all" ? {} : { assigned: filter.tab }),
          ...(source.status ? { status: source.status } : {}),
          ...(source.next ? { cursor: source.next } : {}),
        },
      },
    }),
  );
  return { rows: answer.body.data, next: answer.body.meta.next_cursor ?? null, seq: answer.seq };
}
