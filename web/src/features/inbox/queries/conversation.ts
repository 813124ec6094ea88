/** One conversation: the one that is open, wherever it stands in the lists. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api, snapshot } from "@/api/client";
import type { Conversation } from "@/api/types";
import { useLive } from "@/live/context";
import { withChanges } from "@/live/conversations";
import { keys } from "@/live/keys";
import { type Stamped, stamp } from "@/live/stamped";
import { findInLists } from "./lists";

export function useConversation(id: string) {
  const cache = useQueryClient();
  const live = useLive();
  return useQuery<Stamped<Conversation>>({
    queryKey: keys.conversation(id),
    queryFn: () =>
      live.read(
        async () => {
          const { body, seq } = await snapshot(
            api.GET("/api/v1/conversations/{id}", { params: { path: { id } } }),
          );
          return { value: stamp(body.data, seq ?? 0), seq };
        },
        (row, changes) => withChanges(row, changes),
      ),
    initialData: () => findInLists(cache, id),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
