/** The templates of the account, all of them: events keep them right, and who looks for one filters on the spot. */
import { useQuery } from "@tanstack/react-query";
import { api, snapshot } from "@/api/client";
import type { Template } from "@/api/types";
import { useCan } from "@/app/me";
import { mergeTemplates } from "@/live/apply";
import { useLive } from "@/live/context";
import { keys } from "@/live/keys";
import { type Stamped, stamp } from "@/live/stamped";

const PAGE = 100;

export function useTemplates(enabled = true) {
  const live = useLive();
  const allowed = useCan("channels:read");
  return useQuery<Stamped<Template>[]>({
    queryKey: keys.templates,
    queryFn: () => live.read(readAll, (templates, changes) => mergeTemplates(templates, changes.templates)),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: allowed && enabled,
  });
}

/** Page after page. What changes meanwhile is told by events since the first one. */
async function readAll(): Promise<{ value: Stamped<Template>[]; seq: number | undefined }> {
  const rows = new Map<string, Stamped<Template>>();
  let first: number | undefined;
  let cursor: string | null = null;
  do {
    const query: { limit: number; cursor?: string } = { limit: PAGE, ...(cursor ? { cursor } : {}) };
    const { body, seq } = await snapshot(api.GET("/api/v1/templates", { params: { query } }));
    first ??= seq;
    for (const row of body.data) rows.set(row.id, stamp(row, first ?? 0));
    cursor = body.meta.next_cursor;
  } while (cursor);
  return { value: [...rows.values()], seq: first };
}
