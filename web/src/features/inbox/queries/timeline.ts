/** Notes and what happened in a conversation, as far back as its messages are loaded. */
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { api, snapshot } from "@/api/client";
import { reasonOf } from "@/api/errors";
import type { Note } from "@/api/types";
import { useCan } from "@/app/me";
import { useTranslation } from "@/i18n/useTranslation";
import { useLive } from "@/live/context";
import { keys } from "@/live/keys";
import type { Live } from "@/live/live";
import { type Stamped, stamp, UNSTAMPED } from "@/live/stamped";
import {
  type Aside,
  addOlderAsides,
  asideOfNote,
  mergeTimeline,
  NO_TIMELINE,
  type Timeline,
} from "@/live/timeline";
import { notifyError } from "@/ui/toast";

const PAGE = 50;
const NOTHING: Stamped<Aside>[] = [];

/** The newest of them. */
export function timelineQuery(live: Live, conversation: string) {
  return queryOptions<Timeline>({
    queryKey: keys.timeline(conversation),
    queryFn: () =>
      live.read(
        async () => {
          const { page, older, seq } = await read(conversation, null);
          return { value: addOlderAsides(NO_TIMELINE, page, older, seq ?? 0), seq };
        },
        (list, changes) => mergeTimeline(list, changes.asides.get(conversation) ?? new Map()),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** `from` and `until`: the times of the first and the last message loaded; null where there are no more. */
export function useTimeline(
  conversation: string,
  from: string | null,
  until: string | null,
): Stamped<Aside>[] {
  const cache = useQueryClient();
  const live = useLive();
  const allowed = useCan("notes:read");
  const busy = useRef(false);
  const { data: list } = useQuery({ ...timelineQuery(live, conversation), enabled: allowed });

  const first = list?.rows[0]?.at;
  const older = list?.older ?? null;
  const wanted = older !== null && first !== undefined && (from === null || first > from);
  useEffect(() => {
    if (!wanted || !older || busy.current) return;
    busy.current = true;
    const key = keys.timeline(conversation);
    void read(conversation, older)
      .then(({ page, older: next, seq }) => {
        const changes = live.changesSince(seq);
        cache.setQueryData<Timeline>(key, (known) => {
          if (known?.older !== older || !changes) return known;
          const longer = addOlderAsides(known, page, next, seq ?? 0);
          return mergeTimeline(longer, changes.asides.get(conversation) ?? new Map());
        });
      })
      // The messages are what one came for; the next page of theirs tries again.
      .catch(() => undefined)
      .finally(() => {
        busy.current = false;
      });
  }, [wanted, older, conversation, cache, live]);

  return useMemo(() => {
    const rows = list?.rows ?? NOTHING;
    if (from === null && until === null) return rows;
    return rows.filter((row) => (from === null || row.at >= from) && (until === null || row.at <= until));
  }, [list, from, until]);
}

async function read(conversation: string, cursor: string | null) {
  const { body, seq } = await snapshot(
    api.GET("/api/v1/conversations/{id}/timeline", {
      params: { path: { id: conversation }, query: { limit: PAGE, ...(cursor ? { cursor } : {}) } },
    }),
  );
  return { page: body.data, older: body.meta.next_cursor ?? null, seq };
}

/** Writing notes, changing and deleting them. What the server answers shows at once; its event says the same. */
export function useNoteActions() {
  const live = useLive();
  const { t } = useTranslation();

  /** Resolves to whether it is kept. */
  const write = useCallback(
    async (conversation: string, text: string, mentions: string[]): Promise<boolean> => {
      try {
        const body = { conversation_id: conversation, text, mentions };
        const answer = await snapshot(api.POST("/api/v1/notes", { body }));
        show(live, answer.body.data, answer.seq ?? UNSTAMPED);
        return true;
      } catch (error) {
        notifyError(t("inbox.note.failed"), reasonOf(error) ?? t("error.network"));
        return false;
      }
    },
    [live, t],
  );

  /** Throws what the server says against it. */
  const change = useCallback(
    async (note: Note, text: string, mentions: string[]): Promise<void> => {
      const params = { path: { id: note.id } };
      const answer = await snapshot(api.PATCH("/api/v1/notes/{id}", { params, body: { text, mentions } }));
      show(live, answer.body.data, answer.seq ?? UNSTAMPED);
    },
    [live],
  );

  /** Throws what the server says against it. */
  const remove = useCallback(async (note: Note): Promise<void> => {
    await snapshot(api.DELETE("/api/v1/notes/{id}", { params: { path: { id: note.id } } }));
  }, []);

  return useMemo(() => ({ write, change, remove }), [write, change, remove]);
}

function show(live: Live, note: Note, seq: number): void {
  if (!note.conversation_id) return;
  const told = new Map([[note.id, stamp({ aside: asideOfNote(note) }, seq)]]);
  live.tell({ asides: new Map([[note.conversation_id, told]]) });
}
