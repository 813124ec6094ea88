import type { NotificationType } from "@/api/types";

/** In the order people care. */
export const TYPES = [
  "conversation_assigned",
  "mention",
  "new_message",
  "escalation",
  "failed_send",
] as const satisfies NotificationType[];
