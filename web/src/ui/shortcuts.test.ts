import { expect, it } from "vitest";
import { keyOf } from "./shortcuts";

const key = (key: string, code: string, shiftKey = false) => keyOf({ key, code, shiftKey });

it("is the letter that is written on the key", () => {
  expect(key("j", "KeyJ")).toBe("j");
  // Where layouts differ, the letter counts, not its place.
  expect(key("a", "KeyQ")).toBe("a");
  expect(key("?", "Minus", true)).toBe("?");
  expect(key("Escape", "Escape")).toBe("Escape");
});

it("is the Latin letter of the place where a layout has others", () => {
  expect(key("ت", "KeyJ")).toBe("j");
  expect(key("ن", "KeyK")).toBe("k");
  expect(key("؟", "Slash", true)).toBe("?");
  expect(key("л", "KeyK", true)).toBe("K");
});
