/** The team and its numbers, and what people are called on screen. */
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { api, snapshot } from "@/api/client";
import type { Channel, Contact, Member } from "@/api/types";
import { useCan } from "@/app/me";
import { useTranslation } from "@/i18n/useTranslation";
import { mergeChannels, mergeMembers } from "@/live/apply";
import { useLive } from "@/live/context";
import { keys } from "@/live/keys";
import { type Stamped, stamp } from "@/live/stamped";

export function useContactName(): (contact: Contact) => string {
  const { t } = useTranslation();
  return useCallback((contact) => contact.name || contact.phone || t("inbox.unknownContact"), [t]);
}

export function useMembers() {
  const live = useLive();
  const allowed = useCan("members:read");
  return useQuery<Stamped<Member>[]>({
    queryKey: keys.members,
    queryFn: () =>
      live.read(
        async () => {
          const { body, seq } = await snapshot(api.GET("/api/v1/members"));
          return { value: body.data.map((member) => stamp(member, seq ?? 0)), seq };
        },
        (members, changes) => mergeMembers(members, changes.members),
      ),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: allowed,
  });
}

/** Members by id. */
export function useMemberMap(): ReadonlyMap<string, Member> {
  const { data } = useMembers();
  return useMemo(() => new Map((data ?? []).map((member) => [member.id, member])), [data]);
}

export function useChannels() {
  const live = useLive();
  const allowed = useCan("channels:read");
  return useQuery<Stamped<Channel>[]>({
    queryKey: keys.channels,
    queryFn: () =>
      live.read(
        async () => {
          const { body, seq } = await snapshot(api.GET("/api/v1/channels"));
          return { value: body.data.map((channel) => stamp(channel, seq ?? 0)), seq };
        },
        (channels, changes) => mergeChannels(channels, changes.channels),
      ),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: allowed,
  });
}
