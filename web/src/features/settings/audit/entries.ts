/** What an entry of the audit log says besides who and when. */
import type { AuditAction, Role } from "@/api/types";

const LISTED = {
  "account.created": true,
  "account.renamed": true,
  "account.ownership_transferred": true,
  "session.started": true,
  "session.second_step_failed": true,
  "session.ended": true,
  "session.others_ended": true,
  "member.joined": true,
  "member.changed": true,
  "member.removed": true,
  "member.left": true,
  "member.profile_changed": true,
  "member.password_changed": true,
  "member.two_factor_enabled": true,
  "member.two_factor_disabled": true,
  "member.recovery_codes_renewed": true,
  "member.recovery_code_used": true,
  "invite.created": true,
  "invite.revoked": true,
  "api_key.created": true,
  "api_key.changed": true,
  "api_key.revoked": true,
  "channel.connected": true,
  "channel.changed": true,
  "channel.removed": true,
  "integration.twilio_set": true,
  "integration.twilio_forgotten": true,
  "template.created": true,
  "template.deleted": true,
  "message.deleted": true,
  "conversation.deleted": true,
  "contact.merged": true,
  "tag.deleted": true,
  "canned_reply.deleted": true,
  "note.deleted": true,
  "job.retried": true,
  "webhook.created": true,
  "webhook.changed": true,
  "webhook.deleted": true,
  "webhook.secret_rotated": true,
  "webhook.disabled": true,
} as const satisfies Record<AuditAction, true>;

export const ACTIONS = Object.keys(LISTED) as AuditAction[];

/** An action as the name of its text: i18next takes a dot for a step down. */
export type Word<A extends string = AuditAction> = A extends `${infer Noun}.${infer Verb}`
  ? `${Noun}_${Verb}`
  : never;

export function word(action: AuditAction): Word {
  return action.replace(".", "_") as Word;
}

const FIELDS = [
  "role",
  "whatsapp_enabled",
  "renamed",
  "label",
  "status",
  "assigned_member_id",
  "is_default",
] as const;

/** What has a name of its own on the page. */
export function isField(what: string): what is (typeof FIELDS)[number] {
  return FIELDS.some((known) => known === what);
}

export function isRole(text: string): text is Role {
  return ["owner", "admin", "agent", "viewer"].includes(text);
}

type Change = { what: string; from: string; to: string };

export type Changed = { about: string | undefined; device: string | undefined; lines: Change[] };

/** What it was about, by which device, and what was changed from what to what. */
export function changesOf(summary: unknown): Changed {
  const fields = Object.entries((summary ?? {}) as Record<string, unknown>);
  const first = (...names: string[]) => {
    const found = fields.find(([key, value]) => names.includes(key) && typeof value === "string");
    return found?.[1] as string | undefined;
  };
  const lines = fields.flatMap(([what, value]) => {
    if (typeof value !== "object" || value === null || !("from" in value) || !("to" in value)) return [];
    return [{ what, from: text(value.from), to: text(value.to) }];
  });
  return { about: first("name", "email", "account_sid"), device: first("device"), lines };
}

function text(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (value === true) return "✓";
  if (value === false) return "✗";
  return String(value);
}
