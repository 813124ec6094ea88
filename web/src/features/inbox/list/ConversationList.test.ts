import { expect, it } from "vitest";
import { shiftOf } from "./ConversationList";

const rows = (text: string) => [...text].map((id) => ({ id }));

it("finds how far the rows in sight have moved", () => {
  expect(shiftOf(rows("abcdefgh"), rows("xabcdefgh"), 2)).toBe(1);
  expect(shiftOf(rows("abcdefgh"), rows("habcdefg"), 2)).toBe(1);
  expect(shiftOf(rows("abcdefgh"), rows("bcdefgh"), 3)).toBe(-1);
  expect(shiftOf(rows("abcdefgh"), rows("abcdefgh"), 3)).toBe(0);
});

it("is not led astray by one of them moving to the top", () => {
  expect(shiftOf(rows("abcdefgh"), rows("cabdefgh"), 2)).toBe(0);
  expect(shiftOf(rows("abcdefgh"), rows("dabcefgh"), 2)).toBe(0);
});
