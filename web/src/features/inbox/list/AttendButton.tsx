/** Takes a conversation that is nobody's. */
import { Hand } from "lucide-react";
import type { Conversation } from "@/api/types";
import { useMe } from "@/app/me";
import { useReasons } from "@/app/permission";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { useConversationActions } from "../queries/actions";

/** Whether somebody may take it. */
function isFree({ assigned_agent_id, status }: Conversation): boolean {
  return !assigned_agent_id && status !== "closed";
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
  const reasonFor = useReasons();
  const { change } = useConversationActions();
  if (!isFree(conversation)) return null;
  return (
    <Button
      variant="primary"
      size="sm"
      aria-label={label}
      disabledReason={reasonFor("conversations:write") ?? reasonFor("messages:send")}
      className={className}
      onClick={() => {
        void change(conversation.id, { assigned_agent_id: me });
        onAttend?.();
      }}
    >
      <Hand aria-hidden="true" className="size-4" />
      {t("inbox.attend")}
    </Button>
  );
}
