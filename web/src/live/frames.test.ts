import { expect, it } from "vitest";
import { parseFrame } from "./frames";

it("reads what it knows and passes over what it does not", () => {
  expect(parseFrame('{"type":"hello","seq":3}')).toEqual({ type: "hello", seq: 3 });
  expect(parseFrame('{"type":"event","seq":4,"event":"message.created","at":"","data":{}}')).toMatchObject({
    type: "event",
    seq: 4,
  });
  // A kind of tomorrow counts as seen, or the next event would look like a hole.
  expect(parseFrame('{"type":"event","seq":5,"event":"deal.created","at":"","data":{}}')).toEqual({
    type: "skip",
    seq: 5,
  });
  expect(parseFrame('{"type":"typing","member":"x"}')).toEqual({ type: "other", seq: undefined });
});

it.each(["", "nonsense", "null", "[]", '"x"', '{"type":"hello"}', '{"type":"skip","seq":"4"}', '{"seq":1}'])(
  "survives %j",
  (text) => {
    expect([null, "other"]).toContain(parseFrame(text)?.type ?? null);
  },
);
