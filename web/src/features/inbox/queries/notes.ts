/** The notes about one contact, newest first; events say when they are to be read anew. */
import { type InfiniteData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, body } from "@/api/client";
import type { Note } from "@/api/types";
import { useCan } from "@/app/me";
import { keys } from "@/live/keys";

const PAGE = 10;

type NotesPage = { notes: Note[]; next: string | null };

export function useContactNotes(contact: string) {
  const allowed = useCan("notes:read");
  return useInfiniteQuery<NotesPage, Error, InfiniteData<NotesPage>, readonly unknown[], string | null>({
    queryKey: keys.notesOf(contact),
    queryFn: async ({ pageParam: cursor }) => {
      const query = { contact_id: contact, limit: PAGE, ...(cursor ? { cursor } : {}) };
      const page = await body(api.GET("/api/v1/notes", { params: { query } }));
      return { notes: page.data, next: page.meta.next_cursor };
    },
    initialPageParam: null,
    getNextPageParam: (last) => last.next,
    staleTime: Number.POSITIVE_INFINITY,
    enabled: allowed,
  });
}

/** Each throws what the server says against it. */
export function useContactNoteActions(contact: string) {
  const cache = useQueryClient();
  return useMemo(() => {
    const reread = () => cache.invalidateQueries({ queryKey: keys.notesOf(contact) });
    return {
      write: async (text: string, mentions: string[]) => {
        await body(api.POST("/api/v1/notes", { body: { contact_id: contact, text, mentions } }));
        await reread();
      },
      change: async ({ id }: Note, text: string, mentions: string[]) => {
        await body(api.PATCH("/api/v1/notes/{id}", { params: { path: { id } }, body: { text, mentions } }));
        await reread();
      },
      remove: async ({ id }: Note) => {
        await body(api.DELETE("/api/v1/notes/{id}", { params: { path: { id } } }));
        await reread();
      },
    };
  }, [cache, contact]);
}
