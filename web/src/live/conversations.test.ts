import { describe, expect, it } from "vitest";
import { at, conversation } from "@/testing/factories";
import {
  addPage,
  complete,
  emptyList,
  type ListFilter,
  matches,
  mergeIntoList,
  sourcesToLoad,
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

describe("a list of one source", () => {
  const page = [30, 20, 10].map((minute) => conversation({ last_message_at: at(minute) }));

  it("puts what an event tells where it belongs", () => {
    const list = addPage(emptyList("any"), 0, page, null, 5);
    const [, second] = page;
    if (!second) throw new Error("no row");
    const moved = mergeIntoList(list, ALL, ME, told(stamp({ ...second, last_message_at: at(40) }, 6)));
    expect(minutes(moved.rows)).toEqual([40, 30, 10]);
    const arrived = mergeIntoList(moved, ALL, ME, told(stamp(conversation({ last_message_at: at(25) }), 7)));
    expect(minutes(arrived.rows)).toEqual([40, 30, 25, 10]);
  });

  it("ignores what it knows better, and stays itself when nothing changes", () => {
    const list = addPage(emptyList("any"), 0, page, null, 5);
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
    const list = addPage(emptyList("any"), 0, [own], null, 1);
    const given = mergeIntoList(list, mine, ME, told(stamp({ ...own, assigned_agent_id: "other" }, 2)));
    expect(given.rows).toEqual([]);
    const back = mergeIntoList(given, mine, ME, told(stamp(own, 3)));
    expect(back.rows.map((row) => row.id)).toEqual([own.id]);
  });

  it("leaves to later pages what lies below the last row loaded", () => {
    const list = addPage(emptyList("any"), 0, page, "next", 5);
    const below = told(stamp(conversation({ last_message_at: at(5) }), 6));
    expect(mergeIntoList(list, ALL, ME, below)).toBe(list);
    const whole = addPage(emptyList("any"), 0, page, null, 5);
    expect(mergeIntoList(whole, ALL, ME, below).rows).toHaveLength(4);
  });

  it("does not let a page that was read earlier undo an event", () => {
    const [first] = page;
    if (!first) throw new Error("no row");
    const list = mergeIntoList(
      addPage(emptyList("any"), 0, page, "next", 5),
      ALL,
      ME,
      told(stamp({ ...first, last_message_at: at(50), unread_count: 3 }, 9)),
    );
    const again = addPage(list, 0, [{ ...first, last_message_at: at(4) }], null, 8);
    expect(again.rows[0]).toMatchObject({ id: first.id, unread_count: 3 });
    expect(again.rows).toHaveLength(3);
  });
});

describe("a list of open and pending conversations", () => {
  const open = [50, 40].map((minute) => conversation({ last_message_at: at(minute) }));
  const pending = [45, 15].map((minute) => conversation({ status: "pending", last_message_at: at(minute) }));
  let list = addPage(emptyList("active"), 0, open, "o2", 1);
  list = addPage(list, 1, pending, "p2", 1);

  it("shows only what no source can still come between", () => {
    expect(minutes(list.rows.slice(0, complete(list)))).toEqual([50, 45, 40]);
    // The pending ones are known down to 15, the open ones only to 40: those are next.
    expect(sourcesToLoad(list)).toEqual([0]);
  });

  it("grows with the source that holds the others back, until all is loaded", () => {
    const more = addPage(list, 0, [conversation({ last_message_at: at(35) })], null, 1);
    expect(minutes(more.rows.slice(0, complete(more)))).toEqual([50, 45, 40, 35, 15]);
    expect(sourcesToLoad(more)).toEqual([1]);
    const whole = addPage(more, 1, [], null, 1);
    expect(sourcesToLoad(whole)).toEqual([]);
    expect(complete(whole)).toBe(5);
  });

  it("loses a conversation that is closed", () => {
    const [first] = open;
    if (!first) throw new Error("no row");
    const closed = mergeIntoList(list, ACTIVE, ME, told(stamp({ ...first, status: "closed" }, 2)));
    expect(minutes(closed.rows)).toEqual([45, 40, 15]);
  });
});

it("knows what belongs into which list", () => {
  const row = conversation({ assigned_agent_id: ME, status: "pending" });
  expect(matches({ tab: "mine", status: "active" }, ME, row)).toBe(true);
  expect(matches({ tab: "unassigned", status: "any" }, ME, row)).toBe(false);
  expect(matches({ tab: "all", status: "open" }, ME, row)).toBe(false);
  expect(matches({ tab: "all", status: "active" }, ME, { ...row, status: "closed" })).toBe(false);
});

it("takes an event in a list of ten thousand quickly", () => {
  const rows = Array.from({ length: 10_000 }, (_, index) =>
    conversation({ last_message_at: new Date(Date.UTC(2026, 6, 1) - index * 60_000).toISOString() }),
  );
  const list = addPage(emptyList("any"), 0, rows, null, 1);
  const last = rows.at(-1);
  if (!last) throw new Error("no row");
  const merged = mergeIntoList(list, ALL, ME, told(stamp({ ...last, last_message_at: at(1) }, 2)));
  expect(merged.rows[0]?.id).toBe(last.id);
  expect(merged.rows).toHaveLength(10_000);
});
