/** Above the composer: which colleagues are here too, and that one of them has answered already. */
import { Eye, TriangleAlert } from "lucide-react";
import { memo, useEffect, useRef } from "react";
import type { Member, Message } from "@/api/types";
import { useMe } from "@/app/me";
import { useTranslation } from "@/i18n/useTranslation";
import { useLive } from "@/live/context";
import { useMemberMap } from "@/team/queries";
import { readDraft, useDraft, writeDraft } from "../drafts";
import { answeredBy } from "./collision";
import { useColleagues, useViewing } from "./presence";

export const ThreadPresence = memo(function ThreadPresence({
  conversation,
  lastMessageAt,
  rows,
}: {
  conversation: string;
  lastMessageAt: string;
  rows: readonly Message[];
}) {
  const { t, i18n } = useTranslation();
  const me = useMe().member.id;
  const { presence } = useLive();
  const members = useMemberMap();
  const { viewing, typing } = useColleagues(conversation);
  const began = useBeganAfter(conversation, lastMessageAt);
  const [{ text: draft }] = useDraft(conversation);
  const writing = isWriting(draft);
  const known = useRef(draft);
  useViewing(conversation);

  useEffect(() => {
    if (draft === known.current) return;
    known.current = draft;
    if (writing) presence.type(conversation);
    else presence.stopTyping();
  }, [presence, conversation, draft, writing]);

  const answer = answeredBy(rows, me, began);
  const answerer = answer?.sender_id ? members.get(answer.sender_id)?.name : undefined;
  const names = (of: Member[]) =>
    new Intl.ListFormat(i18n.language, { type: "conjunction" }).format(of.map(({ name }) => name));
  const here = typing.length > 0 ? typing : viewing;
  if (here.length === 0 && !answerer) return null;
  return (
    <div className="flex flex-col gap-1 border-line border-t bg-surface px-4 py-1.5 text-sm">
      {answerer && (
        <p role="alert" className="flex items-center gap-1.5 font-medium text-pending">
          <TriangleAlert aria-hidden="true" className="size-3.5 shrink-0" />
          {t("presence.answered", { name: answerer })}
        </p>
      )}
      {here.length > 0 && (
        <p aria-live="polite" className="flex items-center gap-1.5 text-muted">
          <Eye aria-hidden="true" className="size-3.5 shrink-0" />
          {t(typing.length > 0 ? "presence.typing" : "presence.viewing", {
            names: names(here),
            count: here.length,
          })}
        </p>
      )}
    </div>
  );
});

/**
 * The time of the last message there was when one began to write what stands there now. By the server's clock, as the
 * replies are that it is compared with: this device's may be minutes off. Kept with the draft, which may be taken up
 * again much later, in another tab or after a reload.
 */
function useBeganAfter(conversation: string, lastMessageAt: string): number | null {
  const me = useMe().member.id;
  const [{ text, after }] = useDraft(conversation);
  const writing = isWriting(text);
  // biome-ignore lint/correctness/useExhaustiveDependencies: they say when to look at what is kept
  useEffect(() => {
    // Not what was drawn: a letter may have come since, here or in another tab.
    const { after: known, ...draft } = readDraft(me, conversation);
    if (isWriting(draft.text) === (known !== undefined)) return;
    writeDraft(me, conversation, known === undefined ? { ...draft, after: lastMessageAt } : draft);
  }, [me, conversation, writing, after, lastMessageAt]);
  return writing ? Date.parse(after ?? lastMessageAt) : null;
}

function isWriting(text: string): boolean {
  return text.trim() !== "";
}
