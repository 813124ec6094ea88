import { expect, it } from "vitest";
import { toggled } from "./selection";

const rows = [..."abcdef"].map((id) => ({ id }));
const chosen = (text: string) => new Set(text);
const shown = (set: ReadonlySet<string>) => [...set].sort().join("");

it("chooses a row, and lets it go again", () => {
  expect(shown(toggled(chosen(""), rows, "b", null))).toBe("b");
  expect(shown(toggled(chosen("ab"), rows, "b", null))).toBe("a");
});

it("chooses all between two rows, in either direction", () => {
  expect(shown(toggled(chosen("b"), rows, "e", "b"))).toBe("bcde");
  expect(shown(toggled(chosen("e"), rows, "c", "e"))).toBe("cde");
  expect(shown(toggled(chosen("f"), rows, "b", "gone"))).toBe("bf");
});
