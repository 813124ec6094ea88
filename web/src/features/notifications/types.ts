import type { NotificationType } from "@/api/types";

/** In the order people care. */
export const TYPES = [
  "conversation_assigned",
  "mention",
  "new_message",
  "escalation",
  "failed_send",
  "webhook_disabled",
] as const satisfies NotificationType[];
