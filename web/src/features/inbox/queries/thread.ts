/**
 * The messages of a conversation: the newest page, or the one around a message, by query; those beyond its ends on
 * demand; all kept right by events.
 */
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useRef, useState } from "react";
import { api, snapshot } from "@/api/client";
import { isNotFound } from "@/api/errors";
import { useLive } from "@/live/context";
import { keys } from "@/live/keys";
import type { Live } from "@/live/live";
import { addNewer, addOlder, type MessageList, mergeMessages, NO_MESSAGES } from "@/live/messages";
import type { Changes } from "@/live/reducers";

const PAGE = 50;

/** Which part of a thread: the newest page by default. */
type Part = { cursor?: string; around?: string };

/** The newest messages. */
export function threadQuery(live: Live, conversation: string) {
  return queryOptions<MessageList>({
    queryKey: keys.messages(conversation),
    queryFn: () => readAlone(live, conversation, {}),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useThread(conversation: string, start: string | undefined) {
  const cache = useQueryClient();
  const live = useLive();
  const [loading, setLoading] = useState<"older" | "newer" | null>(null);
  const [failed, setFailed] = useState<{ side: "older" | "newer"; error: Error } | null>(null);
  const busy = useRef(false);
  // Only for the first time: read anew, it is the newest that counts.
  const begin = useRef(start);
  const query = useQuery({
    ...threadQuery(live, conversation),
    queryFn: () => {
      const around = begin.current;
      begin.current = undefined;
      if (!around) return readAlone(live, conversation, {});
      return readAlone(live, conversation, { around }).catch((error: unknown) => {
        // The message has gone; the conversation may well be there.
        if (!isNotFound(error)) throw error;
        return readAlone(live, conversation, {});
      });
    },
  });

  /** Loads the page beyond one end of what is there; resolves to whether there may be more. */
  const load = useCallback(
    async (side: "older" | "newer"): Promise<boolean> => {
      const key = keys.messages(conversation);
      const cursor = cache.getQueryData<MessageList>(key)?.[side];
      if (!cursor || busy.current) return Boolean(cursor);
      busy.current = true;
      setLoading(side);
      setFailed(null);
      try {
        const { page, seq, ...ends } = await read(conversation, { cursor });
        const changes = live.changesSince(seq);
        const add = side === "older" ? addOlder : addNewer;
        cache.setQueryData<MessageList>(key, (list) =>
          // Read anew meanwhile, or a page from before a long absence: it no longer fits.
          list?.[side] !== cursor || !changes
            ? list
            : bringUp(add(list, page, ends[side], seq ?? 0), conversation, changes),
        );
        return ends[side] !== null;
      } catch (error) {
        setFailed({ side, error: error as Error });
        return false;
      } finally {
        busy.current = false;
        setLoading(null);
      }
    },
    [cache, live, conversation],
  );
  const loadOlder = useCallback(() => load("older"), [load]);
  const loadNewer = useCallback(() => load("newer"), [load]);

  /** Shows the part of the thread around a message instead; without one, the end of it. */
  const show = useCallback(
    async (around?: string): Promise<void> => {
      const list = await readAlone(live, conversation, around ? { around } : {});
      cache.setQueryData<MessageList>(keys.messages(conversation), list);
    },
    [live, cache, conversation],
  );

  // The same object until something of it changes: what is typed below does not draw the thread again.
  const pages = useMemo(
    () => ({
      show,
      loadOlder,
      isLoadingOlder: loading === "older",
      olderError: failed?.side === "older" ? failed.error : null,
      loadNewer,
      isLoadingNewer: loading === "newer",
      newerError: failed?.side === "newer" ? failed.error : null,
    }),
    [show, loadOlder, loadNewer, loading, failed],
  );
  return { list: query.data, error: query.data ? null : query.error, reload: query.refetch, pages };
}

/** A stretch of the thread on its own, brought up to now. */
function readAlone(live: Live, conversation: string, part: Part): Promise<MessageList> {
  return live.read(
    async () => {
      const { page, older, newer, seq } = await read(conversation, part);
      return { value: addOlder({ ...NO_MESSAGES, newer }, page, older, seq ?? 0), seq };
    },
    (list, changes) => bringUp(list, conversation, changes),
  );
}

function bringUp(list: MessageList, conversation: string, changes: Changes): MessageList {
  const told = changes.messages.get(conversation);
  return told ? mergeMessages(list, told) : list;
}

async function read(conversation: string, part: Part) {
  const { body, seq } = await snapshot(
    api.GET("/api/v1/conversations/{id}/messages", {
      params: { path: { id: conversation }, query: { limit: PAGE, ...part } },
    }),
  );
  return {
    page: body.data,
    older: body.meta.next_cursor ?? null,
    newer: body.meta.previous_cursor ?? null,
    seq,
  };
}
