import { expect, it } from "vitest";
import { safePath } from "./session";

it.each([
  ["/inbox?c=1", "/inbox?c=1"],
  ["//evil.example", undefined],
  ["https://evil.example", undefined],
  ["/\\evil.example", undefined],
  ["javascript:alert(1)", undefined],
  [undefined, undefined],
])("goes on to %j only within the app", (next, allowed) => {
  expect(safePath(next)).toBe(allowed);
});
