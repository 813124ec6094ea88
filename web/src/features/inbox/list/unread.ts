import { useQuery } from "@tanstack/react-query";
import { useMe } from "@/app/me";
import { useFormat } from "@/i18n/format";
import { useLive } from "@/live/context";
import { type ListFilter, sourcesToLoad } from "@/live/conversations";
import { listQuery } from "../queries/lists";

/** Conversations with unread messages, as far as the list is loaded: `12+` when there may be more further down. */
export function useUnreadCount(filter: ListFilter): { count: number; label: string } {
  const live = useLive();
  const me = useMe().member.id;
  const format = useFormat();
  const { data: list } = useQuery(listQuery(live, me, filter));
  if (!list) return { count: 0, label: "" };
  let count = 0;
  for (const row of list.rows) if (row.unread_count > 0) count += 1;
  const more = sourcesToLoad(list).length > 0;
  return { count, label: `${format.number(count)}${more ? "+" : ""}` };
}
