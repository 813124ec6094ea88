/** A template as an answer: how a conversation goes on when its window is closed. */
import type { Conversation, FilledTemplate } from "@/api/types";
import { useTranslation } from "@/i18n/useTranslation";
import { Dialog } from "@/ui/Dialog";
import { TemplatePicker } from "./TemplatePicker";

export default function TemplateDialog({
  conversation,
  onSend,
  onClose,
}: {
  conversation: Conversation;
  onSend: (template: FilledTemplate) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("inbox.templates.title")}
      description={t("inbox.templates.chooseHint")}
      closeLabel={t("common.close")}
    >
      <TemplatePicker channel={conversation.channel_id} contact={conversation.contact} onSend={onSend} />
    </Dialog>
  );
}
