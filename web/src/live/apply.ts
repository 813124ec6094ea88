/** Carries changes into the query cache. What is not cached needs no change: it is read when it is wanted. */
import type { QueryClient } from "@tanstack/react-query";
import type {
  CannedReply,
  Channel,
  ContactDetails,
  Conversation,
  Member,
  Tag,
  Template,
  View,
} from "@/api/types";
import { withTags } from "./contacts";
import { type ConversationList, mergeIntoList, withChanges } from "./conversations";
import { mergeConversationsOf } from "./conversationsOf";
import { keys } from "./keys";
import { type MessageList, mergeMessages } from "./messages";
import {
  mergeCount,
  mergeNotifications,
  type NotificationFilter,
  type NotificationList,
  type UnreadCount,
} from "./notifications";
import type { Changes } from "./reducers";
import { newer, type Stamped, stamp } from "./stamped";
import { mergeTimeline, type Timeline } from "./timeline";

export function apply(cache: QueryClient, me: string, changes: Changes): void {
  if (changes.conversations.size > 0 || changes.contacts.size > 0 || changes.tags.size > 0) {
    for (const { queryKey } of cache.getQueryCache().findAll({ queryKey: keys.lists })) {
      const [, filter] = queryKey as ReturnType<typeof keys.list>;
      update<ConversationList>(cache, queryKey, (list) => mergeIntoList(list, filter, me, changes));
    }
    for (const { queryKey } of cache.getQueryCache().findAll({ queryKey: keys.conversations })) {
      update<Stamped<Conversation>>(cache, queryKey, (row) => withChanges(row, changes));
    }
    for (const { queryKey } of cache.getQueryCache().findAll({ queryKey: keys.allWith })) {
      const contact = String(queryKey[1]);
      update<Stamped<Conversation>[]>(cache, queryKey, (rows) =>
        mergeConversationsOf(rows, contact, changes),
      );
    }
  }
  for (const [conversation, messages] of changes.messages) {
    update<MessageList>(cache, keys.messages(conversation), (list) => mergeMessages(list, messages));
    const files = [...messages.values()].some(({ media, deleted_at }) => media || deleted_at);
    if (files) void cache.invalidateQueries({ queryKey: keys.filesOf(conversation) });
  }
  for (const [id, contact] of changes.contacts) {
    update<Stamped<ContactDetails>>(cache, keys.contact(id), (known) => newer(known, contact));
  }
  if (changes.tags.size > 0) {
    update<Stamped<Tag>[]>(cache, keys.tags, (tags) => mergeTags(tags, changes.tags));
    for (const { queryKey } of cache.getQueryCache().findAll({ queryKey: keys.contacts })) {
      update<Stamped<ContactDetails>>(cache, queryKey, (known) => withTags(known, changes.tags));
    }
  }
  if (changes.cannedReplies.size > 0) {
    update<Stamped<CannedReply>[]>(cache, keys.cannedReplies, (rows) =>
      mergeCannedReplies(rows, changes.cannedReplies),
    );
  }
  for (const [conversation, told] of changes.asides) {
    update<Timeline>(cache, keys.timeline(conversation), (list) => mergeTimeline(list, told));
  }
  for (const contact of changes.noted) {
    void cache.invalidateQueries({ queryKey: keys.notesOf(contact) });
  }
  if (changes.removed.size > 0) forget(cache, changes.removed);
  if (changes.members.size > 0) {
    update<Stamped<Member>[]>(cache, keys.members, (members) => mergeMembers(members, changes.members));
  }
  if (changes.channels.size > 0) {
    update<Stamped<Channel>[]>(cache, keys.channels, (channels) => mergeChannels(channels, changes.channels));
  }
  if (changes.templates.size > 0) {
    update<Stamped<Template>[]>(cache, keys.templates, (rows) => mergeTemplates(rows, changes.templates));
  }
  if (changes.inbox) {
    for (const queryKey of [keys.lists, keys.conversations, keys.threads]) {
      void cache.invalidateQueries({ queryKey });
    }
  }
  if (changes.notifications.size > 0) {
    const told = [...changes.notifications.values()];
    const now = new Date().toISOString();
    for (const { queryKey } of cache.getQueryCache().findAll({ queryKey: keys.notificationLists })) {
      const [, unread, type] = queryKey as unknown as [
        string,
        NotificationFilter["unread"],
        NotificationFilter["type"],
      ];
      update<NotificationList>(cache, queryKey, (list) =>
        mergeNotifications(list, { unread, type }, told, now),
      );
    }
    update<UnreadCount>(cache, keys.unread, (count) => mergeCount(count, told));
  }
  if (changes.views.size > 0) {
    update<Stamped<View>[]>(cache, keys.views, (views) => mergeViews(views, changes.views));
  }
  if (changes.sessions) void cache.invalidateQueries({ queryKey: keys.sessions });
  if (changes.intakes.size > 0) void cache.invalidateQueries({ queryKey: keys.intakes });
}

/** Conversations that were deleted: gone from every list; whoever has one open is told by asking for it again. */
function forget(cache: QueryClient, removed: ReadonlySet<string>): void {
  for (const { queryKey } of cache.getQueryCache().findAll({ queryKey: keys.lists })) {
    update<ConversationList>(cache, queryKey, (list) => {
      const rows = list.rows.filter((row) => !removed.has(row.id));
      return rows.length === list.rows.length ? list : { ...list, rows };
    });
  }
  for (const id of removed) {
    // Nothing of it may stay. To reset it would bring back what a list knew as it was opened.
    cache.removeQueries({ queryKey: keys.conversation(id), type: "inactive" });
    for (const query of cache.getQueryCache().findAll({ queryKey: keys.conversation(id) })) {
      query.setState({ data: undefined, error: null, status: "pending", isInvalidated: true });
      void cache.refetchQueries({ queryKey: query.queryKey, exact: true });
    }
    cache.removeQueries({ queryKey: keys.messages(id) });
    cache.removeQueries({ queryKey: keys.timeline(id) });
  }
}

export function mergeMembers(members: Stamped<Member>[], told: Changes["members"]): Stamped<Member>[] {
  return mergeRows(members, told, ({ member }) => member);
}

export function mergeTags(tags: Stamped<Tag>[], told: Changes["tags"]): Stamped<Tag>[] {
  return mergeRows(tags, told, ({ tag }) => tag);
}

export function mergeCannedReplies(
  rows: Stamped<CannedReply>[],
  told: Changes["cannedReplies"],
): Stamped<CannedReply>[] {
  return mergeRows(rows, told, ({ cannedReply }) => cannedReply);
}

export function mergeTemplates(rows: Stamped<Template>[], told: Changes["templates"]): Stamped<Template>[] {
  return mergeRows(rows, told, ({ template }) => template);
}

export function mergeViews(views: Stamped<View>[], told: Changes["views"]): Stamped<View>[] {
  const merged = mergeRows(views, told, ({ view }) => view);
  if (merged === views) return views;
  return merged.sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1));
}

/** Rows as events leave them: changed, added, or gone where the event has nothing to show. */
function mergeRows<T extends { id: string }, N>(
  known: Stamped<T>[],
  told: ReadonlyMap<string, Stamped<N>>,
  value: (next: N) => T | null,
): Stamped<T>[] {
  let changed = false;
  const missing = new Map(told);
  const rows: Stamped<T>[] = [];
  for (const row of known) {
    const next = missing.get(row.id);
    missing.delete(row.id);
    if (!next || next.seq <= row.seq) {
      rows.push(row);
      continue;
    }
    changed = true;
    const left = value(next);
    if (left) rows.push(stamp(left, next.seq));
  }
  for (const next of missing.values()) {
    const added = value(next);
    if (!added) continue;
    rows.push(stamp(added, next.seq));
    changed = true;
  }
  return changed ? rows : known;
}

export function mergeChannels(channels: Stamped<Channel>[], told: Changes["channels"]): Stamped<Channel>[] {
  let changed = false;
  const missing = new Map(told);
  const rows = channels.map((row) => {
    const next = missing.get(row.id);
    missing.delete(row.id);
    // Events tell what everybody may know: what only the answer to a manager had stays.
    const kept = next ? newer(row, { ...row, ...next }) : row;
    changed ||= kept !== row;
    return kept;
  });
  changed ||= missing.size > 0;
  return changed ? [...rows, ...missing.values()] : channels;
}

function update<T>(cache: QueryClient, key: readonly unknown[], change: (known: T) => T): void {
  const known = cache.getQueryData<T>(key);
  if (known === undefined) return;
  const next = change(known);
  if (next !== known) cache.setQueryData<T>(key, next);
}
