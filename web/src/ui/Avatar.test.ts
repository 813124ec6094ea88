import { expect, it } from "vitest";
import { initials, tone } from "./Avatar";

it.each([
  ["Ana Beatriz Ramos", "AR"],
  ["  Priya  ", "P"],
  ["فاطمة الزهراء", "فا"],
  ["+55 21 99887-7665", "65"],
  ["(Shop) 😀 Store", "SS"],
  ["", "?"],
])("%j has the initials %j", (name, letters) => {
  expect(initials(name)).toBe(letters);
});

it("gives an id its colour for good", () => {
  expect(tone("a-contact")).toBe(tone("a-contact"));
  const tones = new Set(Array.from({ length: 200 }, (_, at) => tone(`contact ${at}`)));
  expect(tones.size).toBe(8);
});
