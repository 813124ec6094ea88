/** How far a new account is on its way to the first answered message. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, body } from "@/api/client";
import type { Channel, Conversation } from "@/api/types";
import { useLive } from "@/live/context";
import { useChannels, useMembers } from "@/team/queries";

export type Step = "connect" | "receive" | "answer";

export type Progress = {
  channel: Channel | undefined;
  conversation: Conversation | undefined;
  answered: boolean;
  /** Somebody else is here, or was invited by now. */
  hasTeam: boolean;
};

const FIRST = ["welcome"];

/** None until it is known. */
export function useProgress(): Progress | undefined {
  const live = useLive();
  const cache = useQueryClient();
  const channels = useChannels().data;
  const members = useMembers().data;
  const first = useQuery({
    queryKey: FIRST,
    // What was answered while another page was open was not told here.
    staleTime: 0,
    queryFn: async () => {
      const query = { sort: "activity", limit: 1 } as const;
      const [conversation] = (await body(api.GET("/api/v1/conversations", { params: { query } }))).data;
      if (!conversation) return { conversation, answered: false };
      const path = { id: conversation.id };
      const thread = await body(
        api.GET("/api/v1/conversations/{id}/messages", { params: { path, query: { limit: 50 } } }),
      );
      return { conversation, answered: thread.data.some((message) => message.direction === "outbound") };
    },
  }).data;
  useEffect(
    () =>
      live.onHeard((changes) => {
        if (changes.messages.size > 0) void cache.invalidateQueries({ queryKey: FIRST });
      }),
    [live, cache],
  );
  if (!channels || !members || !first) return undefined;
  const living = channels.filter((channel) => channel.status !== "deleted");
  return {
    channel: living.find((channel) => channel.status === "connected") ?? living[0],
    conversation: first.conversation,
    answered: first.answered,
    hasTeam: members.length > 1,
  };
}

/** What is to do now; none when all is done. */
export function nextStep({ channel, conversation, answered }: Progress): Step | null {
  if (answered) return null;
  if (conversation) return "answer";
  return channel ? "receive" : "connect";
}
