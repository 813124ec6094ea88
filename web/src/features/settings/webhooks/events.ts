/** Which events there are, and how an endpoint's choice of them is put. */
import type { Webhook, WebhookEventName } from "@/api/types";

const LISTED = {
  "message.received": true,
  "message.sent": true,
  "message.status_updated": true,
  "message.updated": true,
  "conversation.created": true,
  "conversation.updated": true,
  "conversation.assigned": true,
  "conversation.status_changed": true,
  "conversation.removed": true,
  "activity.created": true,
  "contact.created": true,
  "contact.updated": true,
  "contact.merged": true,
  "note.created": true,
  "note.updated": true,
  "note.removed": true,
  "tag.created": true,
  "tag.updated": true,
  "tag.removed": true,
  "template.created": true,
  "template.updated": true,
  "template.removed": true,
  "channel.created": true,
  "channel.updated": true,
  "channel.removed": true,
  "member.created": true,
  "member.updated": true,
  "member.removed": true,
  "account.updated": true,
} as const satisfies Record<WebhookEventName, true>;

export const EVENTS = Object.keys(LISTED) as WebhookEventName[];

export type Group =
  | "message"
  | "conversation"
  | "contact"
  | "note"
  | "tag"
  | "template"
  | "channel"
  | "account";

/** Some nouns are listed with others: they are about the same thing. */
const WITH: Partial<Record<string, Group>> = { activity: "conversation", member: "account" };

/** The events by what they are about, in the order they are listed. */
export function grouped(): [Group, WebhookEventName[]][] {
  const groups = new Map<Group, WebhookEventName[]>();
  for (const event of EVENTS) {
    const noun = event.split(".")[0] ?? "";
    const group = WITH[noun] ?? (noun as Group);
    groups.set(group, [...(groups.get(group) ?? []), event]);
  }
  return [...groups];
}

export function takesAll(events: readonly string[]): boolean {
  return events.includes("*");
}

/** What it is called: what it is for, else where it is. What stands behind the host can be secret. */
export function nameOf(webhook: Pick<Webhook, "description" | "url">): string {
  if (webhook.description) return webhook.description;
  try {
    return new URL(webhook.url).host;
  } catch {
    return webhook.url;
  }
}

/** JSON as people read it; what is none stays as it is. */
export function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
