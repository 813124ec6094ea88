// @vitest-environment happy-dom
import { beforeEach, expect, it } from "vitest";
import type { ListFilter } from "@/live/conversations";
import {
  filterOf,
  fromView,
  narrowings,
  parseSearch,
  rememberSort,
  rememberTab,
  sameList,
  searchOf,
  toView,
  without,
} from "./filter";

beforeEach(() => localStorage.clear());

it("reads the address and leaves out what it does not understand", () => {
  const search = { c: "id", tab: "mine", status: "closed", sort: "waiting", unread: true, window: "closing" };
  expect(parseSearch({ ...search, x: 1 })).toEqual(search);
  expect(parseSearch({ c: 5, tab: "theirs", status: "", unread: "yes", window: 1, sort: "name" })).toEqual(
    {},
  );
});

it("begins with everything, then with the tab and the order used last", () => {
  expect(filterOf({})).toEqual({ tab: "all", status: "any" });
  rememberTab("mine");
  rememberSort("unread");
  expect(filterOf({})).toEqual({ tab: "mine", status: "active", sort: "unread" });
  expect(filterOf({ tab: "unassigned", status: "pending", sort: "activity" })).toEqual({
    tab: "unassigned",
    status: "pending",
  });
});

it("leaves whose they are to the tab, unless it shows everybody's", () => {
  expect(filterOf({ tab: "mine", member: "m" }).member).toBeUndefined();
  expect(filterOf({ tab: "all", member: "m" }).member).toBe("m");
});

const FILTER: ListFilter = {
  tab: "all",
  status: "active",
  sort: "waiting",
  member: "m",
  channel: "c",
  tag: "t",
  unread: true,
  window: "closing",
};

it("keeps a list in the address and in a view, and finds it again", () => {
  expect(filterOf(searchOf(FILTER, undefined))).toEqual(FILTER);
  expect(fromView(toView(FILTER))).toEqual(FILTER);
  const plain: ListFilter = { tab: "mine", status: "active" };
  expect(searchOf(plain, "c", "v")).toEqual({ tab: "mine", c: "c", view: "v" });
  expect(toView(plain)).toEqual({ status: ["open", "pending"], assigned: "mine" });
  expect(fromView(toView(plain))).toEqual(plain);
  expect(fromView({ status: ["closed", "open"] }).status).toBe("any");
});

it("knows what narrows a list, and takes it away", () => {
  expect(narrowings(FILTER)).toEqual(["status", "member", "channel", "tag", "unread", "window"]);
  expect(without(FILTER, narrowings(FILTER))).toEqual({ tab: "all", status: "any", sort: "waiting" });
  expect(narrowings({ tab: "mine", status: "active" })).toEqual([]);
});

it("takes lists that say the same for the same", () => {
  expect(sameList({ status: "any", tab: "all" }, { tab: "all", status: "any" })).toBe(true);
  expect(sameList(FILTER, without(FILTER, ["tag"]))).toBe(false);
});
