/** How messages lie in a thread: days, runs of one sender, the divider before the first unread one. Pure. */
import type {
  ContentType,
  Failure,
  Media,
  Message,
  MessageContent,
  MessageStatus,
  Reaction,
} from "@/api/types";
import type { Aside } from "@/live/timeline";
import type { OutboxEntry } from "../outbox";

/** A bubble: a message, or what is on its way to become one. */
export type Bubble = {
  /** The same before and after the server accepted it. */
  key: string;
  /** The message's id; null while it is on its way. */
  id: string | null;
  outbound: boolean;
  /** Member who wrote it; null for customers, keys and automations. */
  senderId: string | null;
  senderType: Message["sender_type"];
  contentType: ContentType;
  text: string | null;
  content: MessageContent;
  media: Media | null;
  reactions: readonly Reaction[];
  /** Written in the WhatsApp app on the business's phone. */
  isEcho: boolean;
  edited: boolean;
  deleted: boolean;
  /** Taken out of the inbox by the team: the customer still has it. */
  deletedHere: boolean;
  at: string;
  status: MessageStatus | "sending" | "waiting" | "refused";
  error: Failure | null;
  problem: OutboxEntry["problem"];
  replyTo: string | null;
};

export type Item =
  | { kind: "bubble"; bubble: Bubble; first: boolean; last: boolean }
  /** What the provider says in the chat: a line between the bubbles. */
  | { kind: "line"; bubble: Bubble }
  /** A note, or what happened to the conversation. */
  | { kind: "aside"; aside: Aside }
  | { kind: "unread"; count: number };

export type Day = { key: string; at: string; items: Item[] };

const RUN_MS = 5 * 60_000;

/** Bubbles in order: what the server has, then what is on its way. `me` wrote what is in the outbox. */
export function toBubbles(rows: readonly Message[], entries: readonly OutboxEntry[], me: string): Bubble[] {
  const accepted = new Set<string>();
  const bubbles = rows.map((message) => {
    if (message.idempotency_key) accepted.add(message.idempotency_key);
    return ofMessage(message);
  });
  for (const entry of entries) {
    if (!accepted.has(entry.key)) bubbles.push(ofEntry(entry, me));
  }
  return bubbles;
}

/** `dayOf` names the reader's calendar day of a time; `unread` is where the divider goes; `asides` are in order, too. */
export function layOut(
  bubbles: readonly Bubble[],
  dayOf: (iso: string) => string,
  unread: { key: string; count: number } | null,
  asides: readonly Aside[] = [],
): Day[] {
  const days: Day[] = [];
  let run: Extract<Item, { kind: "bubble" }> | undefined;
  const dayAt = (at: string): Day => {
    const key = dayOf(at);
    let day = days.at(-1);
    // What is on its way may be stamped by a clock that runs behind: a day never goes back.
    if (!day || (day.key !== key && at > day.at)) {
      day = { key, at, items: [] };
      days.push(day);
      run = undefined;
    }
    return day;
  };
  let next = 0;
  const putAsides = (until: string | null) => {
    for (let aside = asides[next]; aside && (until === null || aside.at <= until); aside = asides[++next]) {
      dayAt(aside.at).items.push({ kind: "aside", aside });
      run = undefined;
    }
  };
  for (const bubble of bubbles) {
    putAsides(bubble.at);
    const day = dayAt(bubble.at);
    if (unread && bubble.key === unread.key) {
      day.items.push({ kind: "unread", count: unread.count });
      run = undefined;
    }
    if (bubble.contentType === "system") {
      day.items.push({ kind: "line", bubble });
      run = undefined;
      continue;
    }
    const item: Item = { kind: "bubble", bubble, first: !run || !continues(run.bubble, bubble), last: true };
    if (run && !item.first) run.last = false;
    day.items.push(item);
    run = item;
  }
  putAsides(null);
  return days;
}

/** The first of the last `count` messages from the customer; the first loaded one when there are fewer. */
export function firstUnread(rows: readonly Message[], count: number): { key: string; count: number } | null {
  if (count <= 0) return null;
  let left = count;
  let first: Message | undefined;
  for (let at = rows.length - 1; at >= 0 && left > 0; at--) {
    const row = rows[at];
    if (row?.direction !== "inbound") continue;
    first = row;
    left -= 1;
  }
  return first ? { key: keyOf(first), count } : null;
}

export function keyOf(message: Message): string {
  return message.idempotency_key ?? message.id;
}

const NOTHING: MessageContent = {};
const cache = new WeakMap<Message, Bubble>();

function ofMessage(message: Message): Bubble {
  const known = cache.get(message);
  if (known) return known;
  const bubble: Bubble = {
    key: keyOf(message),
    id: message.id,
    outbound: message.direction === "outbound",
    senderId: message.sender_id ?? null,
    senderType: message.sender_type,
    contentType: message.content_type,
    text: message.content_text ?? null,
    // A server of an earlier version does not speak of these.
    content: message.content ?? NOTHING,
    media: message.media ?? null,
    reactions: message.reactions ?? [],
    isEcho: message.is_echo ?? false,
    edited: Boolean(message.edited_at),
    deleted: Boolean(message.deleted_at),
    deletedHere: message.deleted_by === "team",
    at: message.created_at,
    status: message.status,
    error: message.error ?? null,
    problem: null,
    replyTo: message.reply_to_message_id ?? null,
  };
  cache.set(message, bubble);
  return bubble;
}

const entryCache = new WeakMap<OutboxEntry, Bubble>();

function ofEntry(entry: OutboxEntry, me: string): Bubble {
  const known = entryCache.get(entry);
  if (known) return known;
  const bubble: Bubble = {
    key: entry.key,
    id: null,
    outbound: true,
    senderId: me,
    senderType: "agent",
    ...partsOf(entry),
    text: entry.text || null,
    reactions: [],
    isEcho: false,
    edited: false,
    deleted: false,
    deletedHere: false,
    at: entry.at,
    status: entry.state === "accepted" ? "queued" : entry.state,
    error: null,
    problem: entry.problem,
    replyTo: entry.replyTo,
  };
  entryCache.set(entry, bubble);
  return bubble;
}

/** The kind of what is on its way, as lists and threads name it. */
export function kindOfEntry({ content }: OutboxEntry): ContentType {
  if (!content) return "text";
  return content.type === "file" || content.type === "link" ? content.kind : content.type;
}

function partsOf(entry: OutboxEntry): Pick<Bubble, "contentType" | "content" | "media"> {
  const { content } = entry;
  const contentType = kindOfEntry(entry);
  switch (content?.type) {
    case "file":
      return {
        contentType,
        content: NOTHING,
        media: {
          id: content.mediaId ?? "",
          kind: content.kind,
          state: "stored",
          mime_type: content.mimeType,
          filename: content.filename,
          size: content.size,
          voice: content.voice,
          animated: false,
          width: content.width,
          height: content.height,
          duration_ms: content.durationMs,
          thumbnail: false,
          error: null,
        },
      };
    case "link":
      return {
        contentType,
        content: NOTHING,
        media: {
          id: "",
          kind: content.kind,
          state: "pending",
          mime_type: "",
          filename: content.filename,
          size: null,
          voice: false,
          animated: false,
          width: null,
          height: null,
          duration_ms: null,
          thumbnail: false,
          error: null,
        },
      };
    case "location":
      return { contentType, content: { location: content.location }, media: null };
    case "template":
      return { contentType, content: { template: content.template }, media: null };
    default:
      return { contentType, content: NOTHING, media: null };
  }
}

function continues(before: Bubble, next: Bubble): boolean {
  return (
    before.outbound === next.outbound &&
    before.isEcho === next.isEcho &&
    before.senderId === next.senderId &&
    before.senderType === next.senderType &&
    Date.parse(next.at) - Date.parse(before.at) < RUN_MS
  );
}
