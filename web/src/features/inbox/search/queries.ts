/** What a search finds: people's conversations, and messages of any age. */
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, body } from "@/api/client";
import type { SearchHit } from "@/api/types";

type Kind = "conversations" | "messages";

const PAGE = 20;
/** Whoever types is not asked for after every letter. */
const PAUSE_MS = 150;

export function useSearch(kind: Kind, query: string) {
  return useInfiniteQuery({
    queryKey: ["search", kind, query],
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET("/api/v1/search", {
          params: {
            query: { q: query, type: kind, limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (last) => last.meta.next_cursor ?? undefined,
    // What was found before stays until the next answer is there.
    placeholderData: keepPreviousData,
    select: (found) => found.pages.flatMap((page) => page.data),
    staleTime: 10_000,
    gcTime: 60_000,
    enabled: query !== "",
  });
}

export type MessageHit = Extract<SearchHit, { type: "message" }>;
export type NoteHit = Extract<SearchHit, { type: "note" }>;
export type ConversationHit = Extract<SearchHit, { type: "conversation" }>;

/** The value once it has rested a moment; nothing at once. */
export function useRested(value: string): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    if (value === "") {
      setRested("");
      return;
    }
    const timer = setTimeout(() => setRested(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return value === "" ? "" : rested;
}
