import { expect, it } from "vitest";
import { fromFirstHit } from "./snippet";

const line = (...texts: string[]) =>
  texts.map((text) => ({ text: text.replace(/[[\]]/g, ""), hit: text.startsWith("[") }));
const shown = (...texts: string[]) =>
  fromFirstHit(line(...texts))
    .map(({ text, hit }) => (hit ? `[${text}]` : text))
    .join("");

it("begins shortly before what was asked for, with a word", () => {
  expect(shown("Here is a rather long beginning of ", "[order]", " and more")).toBe(
    "…beginning of [order] and more",
  );
});

it("leaves short beginnings, and lines without a hit, as they are", () => {
  expect(shown("Where is my ", "[order]", "?")).toBe("Where is my [order]?");
  expect(shown("[Order]", " and a very long rest of the line that goes on")).toContain("[Order] and");
  expect(shown("Nothing here that was asked for by anybody")).toContain("Nothing here");
});

it("cuts where nothing separates words", () => {
  const long = "東京都に住んでいます".repeat(4);
  expect(shown(long, "[京都]")).toBe(`…${long.slice(-16)}[京都]`);
});
