// @vitest-environment happy-dom
import { beforeEach, expect, it } from "vitest";
import { filterOf, parseSearch, rememberTab } from "./filter";

beforeEach(() => localStorage.clear());

it("reads the address and leaves out what it does not understand", () => {
  expect(parseSearch({ c: "id", tab: "mine", status: "closed", x: 1 })).toEqual({
    c: "id",
    tab: "mine",
    status: "closed",
  });
  expect(parseSearch({ c: 5, tab: "theirs", status: "" })).toEqual({});
});

it("begins with everything, then with the tab used last", () => {
  expect(filterOf({})).toEqual({ tab: "all", status: "any" });
  rememberTab("mine");
  expect(filterOf({})).toEqual({ tab: "mine", status: "active" });
  expect(filterOf({ tab: "unassigned", status: "pending" })).toEqual({
    tab: "unassigned",
    status: "pending",
  });
});
