import { describe, expect, it } from "vitest";
import { at, conversation } from "@/testing/factories";
import {
  addPage,
  complete,
  EMPTY,
  type ListFilter,
  matches,
  mergeIntoList,
  type Sort,
} from "./conversations";
import { stamp } from "./stamped";

const ME = "me";
const ALL: ListFilter = { tab: "all", status: "any" };
const ACTIVE: ListFilter = { tab: "all", status: "active" };

const told = (...rows: ReturnType<typeof stamp<ReturnType<typeof conversation>>>[]) => ({
  conversations: new Map(rows.map((row) => [row.id, row])),
});
const minutes = (rows: { last_message_at: string }[]) =>
  rows.map((row) => new Date(row.last_message_at).getUTCMinutes());

describe("a list by activity", () => {
  const page = [30, 20, 10].map((minute) => conversation({ last_message_at: at(minute) }));

  it("puts what an event tells where it belongs", () => {
    const list = addPage(EMPTY, "activity", page, null, 5);
    const [, second] = page;
    if (!second) throw new Error("no row");
    const moved = mergeIntoList(list, ALL, ME, told(stamp({ ...second, last_message_at: at(40) }, 6)));
    expect(minutes(moved.rows)).toEqual([40, 30, 10]);
    const arrived = mergeIntoList(moved, ALL, ME, told(stamp(conversation({ last_message_at: at(25) }), 7)));
    expect(minutes(arrived.rows)).toEqual([40, 30, 25, 10]);
  });

  it("ignores what it knows better, and stays itself when nothing changes", () => {
    const list = addPage(EMPTY, "activity", page, null, 5);
    const [first] = page;
    if (!first) throw new Error("no row");
    const old = told(stamp({ ...first, unread_count: 9 }, 5));
    expect(mergeIntoList(list, ALL, ME, old)).toBe(list);
    const news = told(stamp({ ...first, unread_count: 9 }, 6));
    const once = mergeIntoList(list, ALL, ME, news);
    expect(once.rows[0]?.unread_count).toBe(9);
    expect(mergeIntoList(once, ALL, ME, news)).toBe(once);
    // The rows that did not change are the same objects: nothing draws them again.
    expect(once.rows[1]).toBe(list.rows[1]);
  });

  it("drops what no longer belongs and takes it back when it does again", () => {
    const mine: ListFilter = { tab: "mine", status: "any" };
    const own = conversation({ assigned_agent_id: ME });
    const list = addPage(EMPTY, "activity", [own], null, 1);
    const given = mergeIntoList(list, mine, ME, told(stamp({ ...own, assigned_agent_id: "other" }, 2)));
    expect(given.rows).toEqual([]);
    const back = mergeIntoList(given, mine, ME, told(stamp(own, 3)));
    expect(back.rows.map((row) => row.id)).toEqual([own.id]);
  });

  it("leaves to later pages what lies below the last row loaded", () => {
    const list = addPage(EMPTY, "activity", page, "next", 5);
    const below = told(stamp(conversation({ last_message_at: at(5) }), 6));
    expect(mergeIntoList(list, ALL, ME, below)).toBe(list);
    const whole = addPage(EMPTY, "activity", page, null, 5);
    expect(mergeIntoList(whole, ALL, ME, below).rows).toHaveLength(4);
  });

  it("does not let a page that was read earlier undo an event", () => {
    const [first] = page;
    if (!first) throw new Error("no row");
    const list = mergeIntoList(
      addPage(EMPTY, "activity", page, "next", 5),
      ALL,
      ME,
      told(stamp({ ...first, last_message_at: at(50), unread_count: 3 }, 9)),
    );
    const again = addPage(list, "activity", [{ ...first, last_message_at: at(4) }], null, 8);
    expect(again.rows[0]).toMatchObject({ id: first.id, unread_count: 3 });
    expect(again.rows).toHaveLength(3);
  });
});

describe("a list of what needs somebody first", () => {
  const rows = (sort: Sort) =>
    sort === "waiting"
      ? [
          conversation({ last_message_at: at(20), waiting_since: at(5) }),
          conversation({ last_message_at: at(10), waiting_since: at(8) }),
          conversation({ last_message_at: at(50) }),
          conversation({ last_message_at: at(40) }),
        ]
      : [
          conversation({ last_message_at: at(20), unread_count: 1 }),
          conversation({ last_message_at: at(10), unread_count: 2 }),
          conversation({ last_message_at: at(50) }),
          conversation({ last_message_at: at(40) }),
        ];

  it.each(["waiting", "unread"] as const)("keeps the order of the server: %s", (sort) => {
    const page = rows(sort);
    const list = addPage(EMPTY, sort, [...page].reverse(), null, 1);
    expect(list.rows.map((row) => row.id)).toEqual(page.map((row) => row.id));
  });

  it("moves a row to the others when it needs nobody any more", () => {
    const page = rows("waiting");
    const list = addPage(EMPTY, "waiting", page, null, 1);
    const [first] = page;
    if (!first) throw new Error("no row");
    const answered = stamp({ ...first, waiting_since: null, last_message_at: at(45) }, 2);
    const merged = mergeIntoList(list, { ...ALL, sort: "waiting" }, ME, told(answered));
    expect(minutes(merged.rows)).toEqual([10, 50, 45, 40]);
  });

  it("hides what has moved below the last row loaded", () => {
    const page = rows("unread").slice(0, 2);
    const list = addPage(EMPTY, "unread", page, "next", 1);
    const [first] = page;
    if (!first) throw new Error("no row");
    const read = mergeIntoList(
      list,
      { ...ALL, sort: "unread" },
      ME,
      told(stamp({ ...first, unread_count: 0 }, 2)),
    );
    expect(minutes(read.rows)).toEqual([10, 20]);
    expect(complete(read, "unread")).toBe(1);
  });
});

it("loses a conversation that is closed from a list of open and pending ones", () => {
  const [open, pending] = [
    conversation({ last_message_at: at(50) }),
    conversation({ last_message_at: at(45), status: "pending" }),
  ];
  const list = addPage(EMPTY, "activity", [open, pending], null, 1);
  const closed = mergeIntoList(list, ACTIVE, ME, told(stamp({ ...open, status: "closed" }, 2)));
  expect(minutes(closed.rows)).toEqual([45]);
});

it("knows what belongs into which list", () => {
  const row = conversation({ assigned_agent_id: ME, status: "pending" });
  expect(matches({ tab: "mine", status: "active" }, ME, row)).toBe(true);
  expect(matches({ tab: "unassigned", status: "any" }, ME, row)).toBe(false);
  expect(matches({ tab: "all", status: "open" }, ME, row)).toBe(false);
  expect(matches({ tab: "all", status: "active" }, ME, { ...row, status: "closed" })).toBe(false);
  expect(matches({ ...ALL, member: "other" }, ME, row)).toBe(false);
  expect(matches({ ...ALL, channel: row.channel_id, member: ME }, ME, row)).toBe(true);
  expect(matches({ ...ALL, tag: "vip" }, ME, row)).toBe(false);
  expect(matches({ ...ALL, unread: true }, ME, row)).toBe(false);
});

it("knows how the customer service window stands", () => {
  const now = Date.parse(at(0));
  const left = (hours: number) =>
    conversation({ window_expires_at: new Date(now + hours * 3_600_000).toISOString() });
  const shown = (row: ReturnType<typeof conversation>) =>
    (["open", "closing", "closed"] as const).filter((window) => matches({ ...ALL, window }, ME, row, now));
  expect(shown(left(20))).toEqual(["open"]);
  expect(shown(left(4))).toEqual(["open", "closing"]);
  expect(shown(left(0))).toEqual(["closed"]);
  expect(shown(conversation())).toEqual(["closed"]);
});

it("takes an event in a list of ten thousand quickly", () => {
  const rows = Array.from({ length: 10_000 }, (_, index) =>
    conversation({ last_message_at: new Date(Date.UTC(2026, 6, 1) - index * 60_000).toISOString() }),
  );
  const list = addPage(EMPTY, "activity", rows, null, 1);
  const last = rows.at(-1);
  if (!last) throw new Error("no row");
  const merged = mergeIntoList(list, ALL, ME, told(stamp({ ...last, last_message_at: at(1) }, 2)));
  expect(merged.rows[0]?.id).toBe(last.id);
  expect(merged.rows).toHaveLength(10_000);
});
