/** The messages of a conversation: the newest page by query, older ones on demand, all kept right by events. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { api, snapshot } from "@/api/client";
import { useLive } from "@/live/context";
import { keys } from "@/live/keys";
import { addOlder, type MessageList, mergeMessages, NO_MESSAGES } from "@/live/messages";
import type { Changes } from "@/live/reducers";

const PAGE = 50;

export function useThread(conversation: string) {
  const cache = useQueryClient();
  const live = useLive();
  const [isLoadingOlder, setLoading] = useState(false);
  const [olderError, setError] = useState<Error | null>(null);
  const busy = useRef(false);
  const key = keys.messages(conversation);

  const query = useQuery<MessageList>({
    queryKey: key,
    queryFn: () =>
      live.read(
        async () => {
          const { page, older, seq } = await read(conversation, null);
          return { value: addOlder(NO_MESSAGES, page, older, seq ?? 0), seq };
        },
        (list, changes) => bringUp(list, conversation, changes),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });

  /** Loads the page before the first one; resolves to whether there may be more. */
  const loadOlder = useCallback(async (): Promise<boolean> => {
    const key = keys.messages(conversation);
    const cursor = cache.getQueryData<MessageList>(key)?.older;
    if (!cursor || busy.current) return Boolean(cursor);
    busy.current = true;
    setLoading(true);
    setError(null);
    try {
      const { page, older, seq } = await read(conversation, cursor);
      const changes = live.changesSince(seq);
      cache.setQueryData<MessageList>(key, (list) =>
        // Read anew meanwhile, or a page from before a long absence: it no longer fits.
        list?.older !== cursor || !changes
          ? list
          : bringUp(addOlder(list, page, older, seq ?? 0), conversation, changes),
      );
      return older !== null;
    } catch (error) {
      setError(error as Error);
      return false;
    } finally {
      busy.current = false;
      setLoading(false);
    }
  }, [cache, live, conversation]);

  return {
    list: query.data,
    error: query.data ? null : query.error,
    reload: query.refetch,
    loadOlder,
    isLoadingOlder,
    olderError,
  };
}

function bringUp(list: MessageList, conversation: string, changes: Changes): MessageList {
  const told = changes.messages.get(conversation);
  return told ? mergeMessages(list, told) : list;
}

async function read(conversation: string, cursor: string | null) {
  const { body, seq } = await snapshot(
    api.GET("/api/v1/conversations/{id}/messages", {
      params: { path: { id: conversation }, query: { limit: PAGE, ...(cursor ? { cursor } : {}) } },
    }),
  );
  return { page: body.data, older: body.meta.next_cursor ?? null, seq };
}
