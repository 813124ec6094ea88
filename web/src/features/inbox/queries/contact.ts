/** What belongs to one contact or one conversation beside its messages: other conversations, files. */
import { type InfiniteData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, body, snapshot } from "@/api/client";
import type { Conversation, MediaKind, Message } from "@/api/types";
import { useLive } from "@/live/context";
import { mergeConversationsOf } from "@/live/conversationsOf";
import { keys } from "@/live/keys";
import { type Stamped, stamp } from "@/live/stamped";

/** There is one for each number of ours: a page has them all. */
const MOST = 100;
const FILES = 30;

export function useConversationsWith(contact: string) {
  const live = useLive();
  return useQuery<Stamped<Conversation>[]>({
    queryKey: keys.conversationsWith(contact),
    queryFn: () =>
      live.read(
        async () => {
          const query = { contact_id: contact, sort: "activity" as const, limit: MOST };
          const { body, seq } = await snapshot(api.GET("/api/v1/conversations", { params: { query } }));
          return { value: body.data.map((row) => stamp(row, seq ?? 0)), seq };
        },
        (rows, changes) => mergeConversationsOf(rows, contact, changes),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export type FilesPage = { messages: Message[]; next: string | null };

/** The messages of a conversation that carry a file, newest first; of every kind when none is named. */
export function useFiles(conversation: string, kinds: readonly MediaKind[] = []) {
  const kind = kinds.join(",");
  return useInfiniteQuery<FilesPage, Error, InfiniteData<FilesPage>, readonly unknown[], string | null>({
    queryKey: [...keys.filesOf(conversation), kind],
    queryFn: async ({ pageParam: cursor }) => {
      const query = { limit: FILES, ...(kind ? { kind } : {}), ...(cursor ? { cursor } : {}) };
      const page = await body(
        api.GET("/api/v1/conversations/{id}/media", { params: { path: { id: conversation }, query } }),
      );
      return { messages: page.data, next: page.meta.next_cursor };
    },
    initialPageParam: null,
    getNextPageParam: (last) => last.next,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
