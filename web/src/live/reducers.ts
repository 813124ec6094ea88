/** One pure function per kind of event: what it changes. Applied to the caches by `merge` functions of each noun. */
import type {
  CannedReply,
  Channel,
  ContactDetails,
  Conversation,
  Intake,
  Member,
  Message,
  Note,
  Tag,
  Template,
  View,
} from "@/api/types";
import type { EventFrame, EventKind } from "./frames";
import type { NotificationChange } from "./notifications";
import { type Stamped, stamp } from "./stamped";
import { type Aside, asideOfActivity, asideOfNote, type ToldAsides } from "./timeline";

/** Changes by noun, the last word of each id only. */
export type Changes = {
  conversations: Map<string, Stamped<Conversation>>;
  /** Those that are gone for good. */
  removed: Set<string>;
  messages: Map<string, Map<string, Stamped<Message>>>;
  contacts: Map<string, Stamped<ContactDetails>>;
  tags: Map<string, Stamped<{ tag: Tag | null }>>;
  cannedReplies: Map<string, Stamped<{ cannedReply: CannedReply | null }>>;
  /** What stands in threads beside their messages, by conversation. */
  asides: Map<string, ToldAsides>;
  /** Contacts whose notes are not what they were. */
  noted: Set<string>;
  members: Map<string, Stamped<{ member: Member | null }>>;
  channels: Map<string, Stamped<Channel>>;
  templates: Map<string, Stamped<{ template: Template | null }>>;
  views: Map<string, Stamped<{ view: View | null }>>;
  intakes: Map<string, Stamped<Intake>>;
  /** By their positions, in order: a count is only right if none is left out or told twice. */
  notifications: Map<number, NotificationChange>;
  /** Whether the list of the member's own sessions has changed. */
  sessions: boolean;
  /** Whether conversations have gone or taken in another's messages, which no row can tell. */
  inbox: boolean;
  /** Whether the account's own settings have changed. */
  account: boolean;
};

type Patch =
  | { noun: "conversation"; value: Conversation }
  | { noun: "removed"; id: string }
  | { noun: "message"; value: Message }
  | { noun: "contact"; value: ContactDetails }
  | { noun: "tag"; id: string; value: Tag | null }
  | { noun: "cannedReply"; id: string; value: CannedReply | null }
  | { noun: "aside"; conversation: string; id: string; value: Aside | null }
  | { noun: "noted"; contact: string }
  | { noun: "member"; id: string; value: Member | null }
  | { noun: "channel"; value: Channel }
  | { noun: "template"; id: string; value: Template | null }
  | { noun: "view"; id: string; value: View | null }
  | { noun: "intake"; value: Intake }
  | { noun: "notification"; value: Omit<NotificationChange, "seq"> }
  | { noun: "sessions" }
  | { noun: "inbox" }
  | { noun: "account" };

type Reducers = { [K in EventKind]: (data: EventFrame<K>["data"]) => Patch[] };

export const reducers: Reducers = {
  "message.created": ({ message, conversation }) => [
    { noun: "message", value: message },
    { noun: "conversation", value: conversation },
  ],
  "message.updated": ({ message, conversation }) => [
    { noun: "message", value: message },
    { noun: "conversation", value: conversation },
  ],
  "conversation.created": ({ conversation }) => [{ noun: "conversation", value: conversation }],
  "conversation.updated": ({ conversation }) => [{ noun: "conversation", value: conversation }],
  "contact.merged": ({ conversations, joined }) => [
    ...conversations.map((value): Patch => ({ noun: "conversation", value })),
    ...(joined.length > 0 ? [{ noun: "inbox" } as const] : []),
  ],
  "contact.created": ({ contact }) => [{ noun: "contact", value: contact }],
  "contact.updated": ({ contact }) => [{ noun: "contact", value: contact }],
  "tag.created": ({ tag }) => [{ noun: "tag", id: tag.id, value: tag }],
  "tag.updated": ({ tag }) => [{ noun: "tag", id: tag.id, value: tag }],
  "tag.removed": ({ tag }) => [{ noun: "tag", id: tag.id, value: null }],
  "canned_reply.created": ({ canned_reply: one }) => [{ noun: "cannedReply", id: one.id, value: one }],
  "canned_reply.updated": ({ canned_reply: one }) => [{ noun: "cannedReply", id: one.id, value: one }],
  "canned_reply.removed": ({ canned_reply: one }) => [{ noun: "cannedReply", id: one.id, value: null }],
  "conversation.removed": ({ conversation }) => [{ noun: "removed", id: conversation.id }],
  "activity.created": ({ activity }) => [
    {
      noun: "aside",
      conversation: activity.conversation_id,
      id: activity.id,
      value: asideOfActivity(activity),
    },
  ],
  "note.created": ({ note }) => noted(note, asideOfNote(note)),
  "note.updated": ({ note }) => noted(note, asideOfNote(note)),
  "note.removed": ({ note }) => noted(note, null),
  "account.updated": () => [{ noun: "account" }],
  "member.created": ({ member }) => [{ noun: "member", id: member.id, value: member }],
  "member.updated": ({ member }) => [{ noun: "member", id: member.id, value: member }],
  "member.removed": ({ member }) => [{ noun: "member", id: member.id, value: null }],
  "channel.created": ({ channel }) => [{ noun: "channel", value: channel }],
  "channel.updated": ({ channel }) => [{ noun: "channel", value: channel }],
  // Its conversations stay, and go on saying which number they came through.
  "channel.removed": ({ channel }) => [{ noun: "channel", value: { ...channel, status: "deleted" } }],
  "template.created": ({ template }) => [{ noun: "template", id: template.id, value: template }],
  "template.updated": ({ template }) => [{ noun: "template", id: template.id, value: template }],
  "template.removed": ({ template }) => [{ noun: "template", id: template.id, value: null }],
  "view.created": ({ view }) => [{ noun: "view", id: view.id, value: view }],
  "view.updated": ({ view }) => [{ noun: "view", id: view.id, value: view }],
  // One that is no longer shared is gone for the others; its owner is told of it again right after.
  "view.removed": ({ view }) => [{ noun: "view", id: view.id, value: null }],
  "intake.rejected": ({ intake }) => [{ noun: "intake", value: intake }],
  "notification.created": ({ notification }) => [
    { noun: "notification", value: { created: notification, read: null } },
  ],
  "notification.read": (read) => [{ noun: "notification", value: { created: null, read } }],
  // If ours is among them the server closes the socket and says so.
  "session.ended": () => [{ noun: "sessions" }],
};

function noted(note: Note, value: Aside | null): Patch[] {
  const contact: Patch = { noun: "noted", contact: note.contact_id };
  if (!note.conversation_id) return [contact];
  return [contact, { noun: "aside", conversation: note.conversation_id, id: note.id, value }];
}

/** What a run of events, in order, changes altogether. */
export function reduce(events: readonly EventFrame[]): Changes {
  const changes = noChanges();
  for (const event of events) {
    for (const patch of (reducers[event.event] as (data: unknown) => Patch[])(event.data)) {
      record(changes, patch, event.seq);
    }
  }
  return changes;
}

export function noChanges(): Changes {
  return {
    conversations: new Map(),
    removed: new Set(),
    messages: new Map(),
    contacts: new Map(),
    tags: new Map(),
    cannedReplies: new Map(),
    asides: new Map(),
    noted: new Set(),
    members: new Map(),
    channels: new Map(),
    templates: new Map(),
    views: new Map(),
    intakes: new Map(),
    notifications: new Map(),
    sessions: false,
    inbox: false,
    account: false,
  };
}

function record(changes: Changes, patch: Patch, seq: number): void {
  switch (patch.noun) {
    case "conversation":
      put(changes.conversations, patch.value.id, stamp(patch.value, seq));
      break;
    case "message": {
      const id = patch.value.conversation_id;
      const thread = changes.messages.get(id) ?? new Map<string, Stamped<Message>>();
      changes.messages.set(id, thread);
      put(thread, patch.value.id, stamp(patch.value, seq));
      break;
    }
    case "contact":
      put(changes.contacts, patch.value.id, stamp(patch.value, seq));
      break;
    case "tag":
      put(changes.tags, patch.id, stamp({ tag: patch.value }, seq));
      break;
    case "cannedReply":
      put(changes.cannedReplies, patch.id, stamp({ cannedReply: patch.value }, seq));
      break;
    case "removed":
      changes.removed.add(patch.id);
      break;
    case "aside": {
      const told: ToldAsides = changes.asides.get(patch.conversation) ?? new Map();
      changes.asides.set(patch.conversation, told);
      put(told, patch.id, stamp({ aside: patch.value }, seq));
      break;
    }
    case "noted":
      changes.noted.add(patch.contact);
      break;
    case "member":
      put(changes.members, patch.id, stamp({ member: patch.value }, seq));
      break;
    case "channel":
      put(changes.channels, patch.value.id, stamp(patch.value, seq));
      break;
    case "template":
      put(changes.templates, patch.id, stamp({ template: patch.value }, seq));
      break;
    case "view":
      put(changes.views, patch.id, stamp({ view: patch.value }, seq));
      break;
    case "intake":
      put(changes.intakes, patch.value.id, stamp(patch.value, seq));
      break;
    case "notification":
      changes.notifications.set(seq, stamp(patch.value, seq));
      break;
    case "account":
      changes.account = true;
      break;
    case "sessions":
      changes.sessions = true;
      break;
    case "inbox":
      changes.inbox = true;
      break;
  }
}

function put<T>(map: Map<string, Stamped<T>>, id: string, value: Stamped<T>): void {
  const known = map.get(id);
  if (!known || known.seq <= value.seq) map.set(id, value);
}
