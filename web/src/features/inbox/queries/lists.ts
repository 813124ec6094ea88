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
  EMPTY,
  type ListFilter,
  mergeIntoList,
  statuses,
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
        async () => {
          const { rows, next, seq } = await page(filter, null);
          return { value: addPage(EMPTY, filter.sort ?? "activity", rows, next, seq ?? 0), seq };
        },
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
  // The same for every object that says the same.
  const wanted = useRef(filter);
  if (JSON.stringify(wanted.current) !== JSON.stringify(filter)) wanted.current = filter;
  const asked = wanted.current;

  const loadMore = useCallback(async () => {
    if (busy.current) return;
    busy.current = true;
    setLoading(true);
    setError(null);
    try {
      await loadNext(cache, live, me, asked);
    } catch (error) {
      setError(error as Error);
    } finally {
      busy.current = false;
      setLoading(false);
    }
  }, [cache, live, me, asked]);

  const known = list ? complete(list, filter.sort) : 0;
  return {
    rows: list ? (known === list.rows.length ? list.rows : list.rows.slice(0, known)) : [],
    isPending,
    error: list ? null : error,
    hasMore: Boolean(list?.next),
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

async function loadNext(cache: QueryClient, live: Live, me: string, filter: ListFilter): Promise<void> {
  const list = cache.getQueryData<ConversationList>(keys.list(filter));
  if (!list?.next) return;
  const { rows, next, seq } = await page(filter, list.next);
  const changes = live.changesSince(seq);
  if (!changes) return;
  cache.setQueryData<ConversationList>(keys.list(filter), (now) => {
    // The list was read anew meanwhile: this page no longer follows its last row.
    if (now?.next !== list.next) return now;
    return mergeIntoList(addPage(now, filter.sort ?? "activity", rows, next, seq ?? 0), filter, me, changes);
  });
}

async function page(
  filter: ListFilter,
  cursor: string | null,
): Promise<{ rows: Conversation[]; next: string | null; seq: number | undefined }> {
  const { tab, member, channel, tag, unread, window } = filter;
  const status = statuses(filter);
  const answer = await snapshot(
    api.GET("/api/v1/conversations", {
      params: {
        query: {
          sort: filter.sort ?? "activity",
          limit: PAGE,
          ...(member ? { assigned_agent_id: member } : tab === "all" ? {} : { assigned: tab }),
          ...(status.length > 0 ? { status } : {}),
          ...(channel ? { channel_id: channel } : {}),
          ...(tag ? { tag } : {}),
          ...(unread ? { unread } : {}),
          ...(window ? { window } : {}),
          ...(cursor ? { cursor } : {}),
        },
      },
    }),
  );
  return { rows: answer.body.data, next: answer.body.meta.next_cursor ?? null, seq: answer.seq };
}
