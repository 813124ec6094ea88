/** A notification in the member's language; what the server says in English is for programs. */
import type { TFunction } from "i18next";
import type { Notification } from "@/api/types";

export function wordsOf(t: TFunction, notification: Notification): { title: string; body: string } {
  const { type, data } = notification;
  const contact = data.contact_name ?? t("inbox.unknownContact");
  const name = data.actor_name;
  const text = data.text ?? "";
  switch (type) {
    case "conversation_assigned":
      return {
        title: name ? t("notifications.assignedBy", { name }) : t("notifications.assigned"),
        body: contact,
      };
    case "mention":
      return {
        title: name ? t("notifications.mentionedBy", { name }) : t("notifications.mentioned"),
        body: text,
      };
    case "new_message":
      return { title: contact, body: text || t("notifications.sentSomething") };
    case "escalation":
      return { title: t("notifications.escalated", { name: contact }), body: text };
    case "failed_send":
      return { title: t("notifications.failed", { name: contact }), body: text };
    case "webhook_disabled":
      return {
        title: t("notifications.webhookDisabled", { name: text }),
        body: t("notifications.webhookDisabledWhy"),
      };
  }
}
