import { describe, expect, it } from "vitest";
import type { Notification } from "@/api/types";
import {
  mergeCount,
  mergeNotifications,
  type NotificationChange,
  type NotificationList,
} from "./notifications";

const NOW = "2026-01-02T00:00:00.000Z";

const one = (id: string, change: Partial<Notification> = {}) =>
  ({ id, type: "new_message", read_at: null, ...change }) as Notification;
const created = (seq: number, id: string, change?: Partial<Notification>): NotificationChange => ({
  seq,
  created: one(id, change),
  read: null,
});
const read = (seq: number, ids: string[] | null, count: number): NotificationChange => ({
  seq,
  created: null,
  read: { ids, count },
});
const list = (seq: number, ...ids: string[]): NotificationList => ({
  pages: [{ data: ids.map((id) => one(id)), next: null, seq }],
  pageParams: [null],
});
const ids = (of: NotificationList) => of.pages.flatMap((page) => page.data.map(({ id }) => id));
const ALL = { unread: false, type: "" } as const;

describe("the count", () => {
  it("goes up with each and says what the last reading left", () => {
    const known = { unread: 2, seq: 5 };
    expect(mergeCount(known, [created(6, "a"), created(7, "b")])).toEqual({ unread: 4, seq: 7 });
    expect(mergeCount(known, [created(6, "a"), read(7, ["x"], 1)])).toEqual({ unread: 1, seq: 7 });
  });

  it("counts nothing twice", () => {
    const known = { unread: 2, seq: 5 };
    expect(mergeCount(known, [created(4, "a"), created(5, "b")])).toBe(known);
  });
});

describe("a list", () => {
  it("shows new ones first, once", () => {
    const merged = mergeNotifications(list(5, "a"), ALL, [created(6, "b"), created(7, "b")], NOW);
    expect(ids(merged)).toEqual(["b", "a"]);
    expect(mergeNotifications(merged, ALL, [created(6, "b")], NOW)).toBe(merged);
  });

  it("leaves out what it does not show", () => {
    const mentions = { unread: false, type: "mention" } as const;
    expect(ids(mergeNotifications(list(5), mentions, [created(6, "b")], NOW))).toEqual([]);
    expect(ids(mergeNotifications(list(5), mentions, [created(6, "b", { type: "mention" })], NOW))).toEqual([
      "b",
    ]);
  });

  it("marks what was read, and drops it where only unread ones are shown", () => {
    const some = mergeNotifications(list(5, "a", "b"), ALL, [read(6, ["a"], 1)], NOW);
    expect(some.pages[0]?.data.map((row) => row.read_at)).toEqual([NOW, null]);
    const unread = { unread: true, type: "" } as const;
    expect(ids(mergeNotifications(list(5, "a", "b"), unread, [read(6, ["a"], 1)], NOW))).toEqual(["b"]);
    expect(ids(mergeNotifications(list(5, "a", "b"), unread, [read(6, null, 0)], NOW))).toEqual([]);
  });
});
