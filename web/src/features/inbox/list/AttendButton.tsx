/** Takes a conversation that is nobody's. */
import { Hand } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/types";
import { useCan, useMe } from "@/app/me";
import { Button } from "@/ui/Button";
import { useConversationActions } from "../queries/actions";

/** Whether this member can take this conversation. */
export function useMayAttend(): (conversation: Conversation) => boolean {
  const canWrite = useCan("conversations:write");
  const canSend = useCan("messages:send");
  return ({ assigned_agent_id, status }) => canWrite && canSend && !assigned_agent_id && status !== "closed";
}

export function AttendButton({
  conversation,
  label,
  onAttend,
  className,
}: {
  conversation: Conversation;
  /** Says whose conversation it is, where that is not clear from what stands around it. */
  label?: string;
  onAttend?: () => void;
  className?: string;
}) {
  const { t } = useTranslation();
  const me = useMe().member.id;
  const mayAttend = useMayAttend();
  const { change } = useConversationActions();
  if (!mayAttend(conversation)) return null;
  return (
    <Button
      variant="primary"
      size="sm"
      aria-label={label}
      className={className}
      onClick={() => {
        void change(conversation.id, { assigned_agent_id: me });
        onAttend?.();
      }}
    >
      <Hand aria-hidden="true" className="size-4" />
      <span className="@max-sm:sr-only">{t("inbox.attend")}</span>
    </Button>
  );
}
