/** The frames of `GET /api/v1/live`, and the reading of them. */
import type { components } from "@/api/schema";

type LiveEvent = components["schemas"]["LiveEvent"];

/** A colleague as they are now, all their tabs together. */
export type MemberPresence = components["schemas"]["MemberPresence"];

/** What we tell of ourselves. */
export type ClientFrame =
  | { type: "viewing"; conversation_id: string | null }
  | { type: "typing"; conversation_id: string; on: boolean };

/** What each kind of event carries, as the OpenAPI document has it. */
export type EventData = { [E in LiveEvent as E["event"]]: E["data"] };

export type EventKind = keyof EventData;

export type EventFrame<K extends EventKind = EventKind> = {
  [Kind in K]: { type: "event"; seq: number; event: Kind; at: string; data: EventData[Kind] };
}[K];

export type Frame =
  | { type: "hello"; seq: number }
  | { type: "skip"; seq: number }
  | { type: "reset"; seq: number }
  | { type: "presence"; members: MemberPresence[] }
  | EventFrame;

/** `null` for what this version does not understand; it may still carry a `seq` and then counts as seen. */
export function parseFrame(text: string): Frame | { type: "other"; seq: number | undefined } | null {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof frame !== "object" || frame === null || !("type" in frame)) return null;
  const seq = "seq" in frame && Number.isSafeInteger(frame.seq) ? (frame.seq as number) : undefined;
  switch (frame.type) {
    case "hello":
    case "skip":
    case "reset":
      return seq === undefined ? null : { type: frame.type, seq };
    case "presence":
      return "members" in frame && Array.isArray(frame.members)
        ? { type: "presence", members: frame.members as MemberPresence[] }
        : null;
    case "event":
      if (seq === undefined || !("event" in frame) || !("data" in frame)) return { type: "other", seq };
      return KINDS.has(frame.event as EventKind) ? (frame as EventFrame) : { type: "skip", seq };
    default:
      return { type: "other", seq };
  }
}

const KINDS: ReadonlySet<EventKind> = new Set(
  Object.keys({
    "message.created": true,
    "message.updated": true,
    "conversation.created": true,
    "conversation.updated": true,
    "contact.merged": true,
    "contact.created": true,
    "contact.updated": true,
    "tag.created": true,
    "tag.updated": true,
    "tag.removed": true,
    "canned_reply.created": true,
    "canned_reply.updated": true,
    "canned_reply.removed": true,
    "conversation.removed": true,
    "activity.created": true,
    "note.created": true,
    "note.updated": true,
    "note.removed": true,
    "account.updated": true,
    "member.created": true,
    "member.updated": true,
    "member.removed": true,
    "channel.created": true,
    "channel.updated": true,
    "channel.removed": true,
    "template.created": true,
    "template.updated": true,
    "template.removed": true,
    "view.created": true,
    "view.updated": true,
    "view.removed": true,
    "intake.rejected": true,
    "notification.created": true,
    "notification.read": true,
    "session.ended": true,
  } satisfies Record<EventKind, true>) as EventKind[],
);
