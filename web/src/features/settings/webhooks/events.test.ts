import { expect, it } from "vitest";
import { EVENTS, grouped, nameOf, readable, takesAll } from "./events";

it("lists each event in one group", () => {
  const all = grouped().flatMap(([, events]) => events);
  expect(all.toSorted()).toEqual(EVENTS.toSorted());
  expect(grouped().map(([group]) => group)).toEqual([
    "message",
    "conversation",
    "contact",
    "note",
    "tag",
    "template",
    "channel",
    "account",
  ]);
});

it("names an endpoint without what may be secret in its address", () => {
  const url = "https://shop.example.com:8443/hook?token=sesame";
  expect(nameOf({ description: "Shop", url })).toBe("Shop");
  expect(nameOf({ description: null, url })).toBe("shop.example.com:8443");
  expect(nameOf({ description: null, url: "nonsense" })).toBe("nonsense");
});

it("shows JSON in lines and anything else as it is", () => {
  expect(readable('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
  expect(readable("<html>")).toBe("<html>");
  expect(takesAll(["*"])).toBe(true);
  expect(takesAll(["tag.created"])).toBe(false);
});
