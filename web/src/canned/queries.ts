/** The canned replies of the account: read once, kept right by events. */
import { useQuery } from "@tanstack/react-query";
import { api, snapshot } from "@/api/client";
import type { CannedReply } from "@/api/types";
import { useCan } from "@/app/me";
import { mergeCannedReplies } from "@/live/apply";
import { useLive } from "@/live/context";
import { keys } from "@/live/keys";
import { type Stamped, stamp } from "@/live/stamped";

/** By shortcut. */
export function useCannedReplies() {
  const live = useLive();
  const allowed = useCan("messages:send");
  return useQuery<Stamped<CannedReply>[]>({
    queryKey: keys.cannedReplies,
    queryFn: () =>
      live.read(
        async () => {
          const { body, seq } = await snapshot(api.GET("/api/v1/canned-replies"));
          return { value: body.data.map((reply) => stamp(reply, seq ?? 0)), seq };
        },
        (replies, changes) => mergeCannedReplies(replies, changes.cannedReplies),
      ),
    select: (replies) => replies.toSorted((a, b) => a.shortcut.localeCompare(b.shortcut)),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: allowed,
  });
}
