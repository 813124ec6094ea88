import { expect, it } from "vitest";
import type { Level } from "./context";
import { type Command, shownOf } from "./match";

const TITLES: Record<Level, string> = {
  assign: "Assign to",
  snooze: "Snooze",
  settings: "Settings",
  theme: "Theme",
  language: "Language",
  availability: "Availability",
};
const command = (id: string, label: string, rest: Partial<Command> = {}): Command => ({
  id,
  label,
  icon: null,
  ...rest,
});
const groups = [
  {
    value: "conversation",
    items: [
      command("assign", "Assign to…", { opens: "assign" }),
      command("tomas", "Tomás Ferreira", { under: "assign" }),
      command("ayse", "Ayşe Demir", { under: "assign" }),
    ],
  },
  { value: "pages", items: [command("inbox", "Inbox"), command("tags", "Tags", { under: "settings" })] },
];
const ids = (level: Level | null, typed: string) =>
  shownOf(groups, level, typed, TITLES).flatMap(({ items }) => items.map(({ id }) => id));

it("begins with what is not behind something else", () => {
  expect(ids(null, "")).toEqual(["assign", "inbox"]);
});

it("shows one list alone, and searches in it alone", () => {
  expect(ids("assign", "")).toEqual(["tomas", "ayse"]);
  expect(ids("assign", "ay")).toEqual(["ayse"]);
  expect(ids("assign", "inbox")).toEqual([]);
});

it("finds what is behind by its words and those of its list, without accents, in any order", () => {
  expect(ids(null, "tomas")).toEqual(["tomas"]);
  expect(ids(null, "assign TOM")).toEqual(["tomas"]);
  expect(ids(null, "fer ass")).toEqual(["tomas"]);
  expect(ids(null, "settings")).toEqual(["tags"]);
});

it("finds words by their beginning, not by their middle", () => {
  expect(ids(null, "box")).toEqual([]);
  expect(ids(null, "  ")).toEqual(["assign", "inbox"]);
});
