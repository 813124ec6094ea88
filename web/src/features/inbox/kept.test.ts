import { expect, it } from "vitest";
import { type Kept, opened } from "./kept";

const ids = (kept: readonly Kept[]) => kept.map(({ id }) => id);
const all = (wanted: string[], most?: number) =>
  wanted.reduce<readonly Kept[]>((kept, id) => opened(kept, id, most), []);

it("keeps what was opened, each in its place", () => {
  expect(ids(all(["a", "b", "c"]))).toEqual(["a", "b", "c"]);
  expect(ids(all(["a", "b", "c", "a", "b"]))).toEqual(["a", "b", "c"]);
});

it("counts every opening, also of what is kept", () => {
  const first = all(["a", "b"]);
  const again = opened(first, "a");
  const visit = (kept: readonly Kept[], id: string) => kept.find((each) => each.id === id)?.visit;
  expect(visit(again, "a")).toBeGreaterThan(visit(first, "a") ?? 0);
  expect(visit(again, "b")).toBe(visit(first, "b"));
});

it("forgets what was opened longest ago, never the one that is open", () => {
  expect(ids(all(["a", "b", "c", "d"], 3))).toEqual(["b", "c", "d"]);
  expect(ids(all(["a", "b", "c", "a", "d"], 3))).toEqual(["a", "c", "d"]);
  expect(ids(all(["a", "b"], 1))).toEqual(["b"]);
});

it("leaves those alone whose turn it is not", () => {
  const before = all(["a", "b"]);
  const after = opened(before, "c");
  expect(after[0]).toBe(before[0]);
  expect(after[1]).toBe(before[1]);
});
