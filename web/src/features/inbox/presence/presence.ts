/** Which colleagues look at a conversation, and who of them is writing. */
import { useEffect, useMemo } from "react";
import type { Member } from "@/api/types";
import { useDocumentVisible } from "@/app/useDocumentVisible";
import { useLive } from "@/live/context";
import type { MemberPresence } from "@/live/frames";
import { usePresence } from "@/team/presence";
import { useMemberMap } from "@/team/queries";

export function useColleagues(conversation: string): { viewing: Member[]; typing: Member[] } {
  const present = usePresence();
  const members = useMemberMap();
  return useMemo(() => {
    const named = (of: (one: MemberPresence) => string[]) =>
      [...present.values()].flatMap((one) => {
        const member = members.get(one.member_id);
        return member && of(one).includes(conversation) ? [member] : [];
      });
    return { viewing: named((one) => one.viewing), typing: named((one) => one.typing) };
  }, [present, members, conversation]);
}

/** Lets colleagues see that this conversation is on the screen, as long as somebody can see it. */
export function useViewing(conversation: string): void {
  const { presence } = useLive();
  const visible = useDocumentVisible();
  useEffect(() => {
    if (!visible) return;
    presence.view(conversation);
    return () => presence.view(null);
  }, [presence, conversation, visible]);
}
