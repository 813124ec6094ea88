/** What events say about the member's own notifications, and the merging of it into what is cached. */
import type { InfiniteData } from "@tanstack/react-query";
import type { Notification, NotificationType } from "@/api/types";
import type { EventData } from "./frames";
import type { Stamped } from "./stamped";

/** What happened to the member's notifications, in order. */
export type NotificationChange = Stamped<{
  created: Notification | null;
  read: EventData["notification.read"] | null;
}>;

export type NotificationFilter = { unread: boolean; type: NotificationType | "" };

export type NotificationPage = { data: Notification[]; next: string | null; seq: number };
export type NotificationList = InfiniteData<NotificationPage, string | null>;

/** How many are unread, as of a position. */
export type UnreadCount = Stamped<{ unread: number }>;

export function mergeCount(known: UnreadCount, changes: readonly NotificationChange[]): UnreadCount {
  let { unread, seq } = known;
  for (const change of changes) {
    if (change.seq <= seq) continue;
    seq = change.seq;
    if (change.created) unread += 1;
    if (change.read) unread = change.read.count;
  }
  return seq === known.seq ? known : { unread, seq };
}

/** A list with new ones at its top and those that were read marked so; a list of unread ones drops them. */
export function mergeNotifications(
  list: NotificationList,
  filter: NotificationFilter,
  changes: readonly NotificationChange[],
  now: string,
): NotificationList {
  const newest = list.pages[0];
  if (!newest) return list;
  const fresh = changes.filter((change) => change.seq > newest.seq);
  const last = fresh.at(-1);
  if (!last) return list;
  let pages = list.pages;
  for (const change of fresh) {
    const { created, read } = change;
    if (created && (filter.type === "" || created.type === filter.type)) {
      pages = pages.map((page, nth) =>
        nth === 0 && !page.data.some(({ id }) => id === created.id)
          ? { ...page, data: [created, ...page.data] }
          : page,
      );
    }
    if (read) {
      const ids = read.ids && new Set(read.ids);
      const isRead = (one: Notification) => ids === null || ids.has(one.id);
      pages = pages.map((page) => ({
        ...page,
        data: filter.unread
          ? page.data.filter((one) => !isRead(one))
          : page.data.map((one) => (one.read_at === null && isRead(one) ? { ...one, read_at: now } : one)),
      }));
    }
  }
  return { ...list, pages: pages.map((page) => ({ ...page, seq: Math.max(page.seq, last.seq) })) };
}
