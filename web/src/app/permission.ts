/** Why somebody's role may not do something: what it lacks stays in sight, and says so. */
import { useTranslation } from "@/i18n/useTranslation";
import { useMe } from "./me";

const REASONS = {
  "conversations:write": "permission.conversationsWrite",
  "conversations:delete": "permission.conversationsDelete",
  "messages:send": "permission.messagesSend",
  "messages:delete": "permission.messagesDelete",
  "notes:write": "permission.notesWrite",
  "contacts:read": "permission.contactsRead",
  "contacts:write": "permission.contactsWrite",
  "channels:manage": "permission.channelsManage",
  "members:manage": "permission.membersManage",
  "keys:manage": "permission.keysManage",
  "operations:manage": "permission.operationsManage",
  "account:manage": "permission.accountManage",
  "audit:read": "permission.auditRead",
  "webhooks:manage": "permission.webhooksManage",
} as const;

/** What only some roles may do. */
export type Needed = keyof typeof REASONS;

/** The reason why this member may not; nothing if they may. */
export function useReasons(): (needed: Needed) => string | undefined {
  const { t } = useTranslation();
  const { permissions } = useMe();
  return (needed) => (permissions.includes(needed) ? undefined : t(REASONS[needed]));
}

export function useReason(needed: Needed): string | undefined {
  return useReasons()(needed);
}
