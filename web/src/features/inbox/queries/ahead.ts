/** What a conversation shows first, asked for before it is opened or while that is drawn. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useCan } from "@/app/me";
import { retry } from "@/app/queryClient";
import { useLive } from "@/live/context";
import { threadQuery } from "./thread";
import { timelineQuery } from "./timeline";

/** Resolves when it is there, or did not come: whoever opens the conversation asks again then. What is known is not asked for. */
export function useLoadAhead(): (conversation: string) => Promise<void> {
  const cache = useQueryClient();
  const live = useLive();
  const withNotes = useCan("notes:read");
  return useCallback(
    async (conversation) => {
      // Whoever opens it meanwhile joins in, and expects it to be tried as often as ever.
      await Promise.all([
        cache.prefetchQuery({ ...threadQuery(live, conversation), retry }),
        withNotes && cache.prefetchQuery({ ...timelineQuery(live, conversation), retry }),
      ]);
    },
    [cache, live, withNotes],
  );
}
