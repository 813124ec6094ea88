/** How many conversations wait in the lists that everybody has. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, snapshot } from "@/api/client";
import type { ConversationCounts } from "@/api/types";
import { useFormat } from "@/i18n/format";
import { useLive } from "@/live/context";
import { keys } from "@/live/keys";

/** Events tell what a conversation is now, not what it was before: the numbers are asked for again, not too often. */
const PAUSE_MS = 1_500;
/** The server counts no further. */
const MOST = 1000;

export function useCounts(): ConversationCounts | undefined {
  const live = useLive();
  const { data } = useQuery<ConversationCounts>({
    queryKey: keys.counts,
    queryFn: () =>
      live.read(
        async () => {
          const { body, seq } = await snapshot(api.GET("/api/v1/conversations/counts"));
          return { value: body.data, seq };
        },
        (counts) => counts,
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data;
}

/** Keeps the numbers right for as long as somebody is signed in; mounted once. */
export function useFreshCounts(): void {
  const live = useLive();
  const cache = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = live.onHeard((changes) => {
      if (changes.conversations.size === 0 || timer) return;
      timer = setTimeout(() => {
        timer = undefined;
        void cache.invalidateQueries({ queryKey: keys.counts });
      }, PAUSE_MS);
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [live, cache]);
}

/** `999+` for what nobody counts to the end. */
export function useCountLabel(): (count: number) => string {
  const format = useFormat();
  return (count) => (count >= MOST ? `${format.number(MOST - 1)}+` : format.number(count));
}
