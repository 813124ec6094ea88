/** Keys of the caches that events keep right. */
import type { ListFilter } from "./conversations";
import type { NotificationFilter } from "./notifications";

export const keys = {
  lists: ["conversations"] as const,
  list: (filter: ListFilter) => ["conversations", filter] as const,
  counts: ["conversation-counts"] as const,
  views: ["views"] as const,
  conversations: ["conversation"] as const,
  conversation: (id: string) => ["conversation", id] as const,
  threads: ["messages"] as const,
  messages: (conversation: string) => ["messages", conversation] as const,
  allWith: ["with"] as const,
  conversationsWith: (contact: string) => ["with", contact] as const,
  contacts: ["contact"] as const,
  contact: (id: string) => ["contact", id] as const,
  tags: ["tags"] as const,
  cannedReplies: ["canned-replies"] as const,
  /** Files of conversations; which ones is told by their messages, so they are read anew when one has come. */
  files: ["files"] as const,
  filesOf: (conversation: string) => ["files", conversation] as const,
  timelines: ["timeline"] as const,
  timeline: (conversation: string) => ["timeline", conversation] as const,
  /** Notes about a contact, wherever they write. */
  notes: ["notes"] as const,
  notesOf: (contact: string) => ["notes", contact] as const,
  members: ["members"] as const,
  channels: ["channels"] as const,
  templates: ["templates"] as const,
  notificationLists: ["notifications"] as const,
  notifications: (filter: NotificationFilter) => ["notifications", filter.unread, filter.type] as const,
  unread: ["unread notifications"] as const,
  intakes: ["intakes"] as const,
  sessions: ["sessions"] as const,
};
