/** Which of the team are here: who has the app open, and what they say of themselves. */
import { useCallback, useSyncExternalStore } from "react";
import type { Availability, Member } from "@/api/types";
import { useMe } from "@/app/me";
import { useLive, useLiveState } from "@/live/context";
import type { MemberPresence } from "@/live/frames";

/** The others who have the app open, by id. */
export function usePresence(): ReadonlyMap<string, MemberPresence> {
  const { presence } = useLive();
  return useSyncExternalStore(presence.subscribe, presence.current);
}

/** Whether a member can be counted on now; null while we cannot know, without a connection. */
export function useAvailabilityOf(): (member: Member) => Availability | null {
  const present = usePresence();
  const connected = useLiveState() === "open";
  const me = useMe().member;
  return useCallback(
    (member) => {
      if (!connected) return null;
      if (member.id === me.id) return me.availability;
      return present.has(member.id) ? member.availability : "offline";
    },
    [connected, present, me.id, me.availability],
  );
}
