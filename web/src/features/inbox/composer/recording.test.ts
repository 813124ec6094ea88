import { expect, it } from "vitest";
import { extensionOf, typeToRecord } from "./recording";

it("records Opus where it can, and what the browser has otherwise", () => {
  expect(typeToRecord(() => true)).toBe("audio/ogg;codecs=opus");
  expect(typeToRecord((type) => type.startsWith("audio/webm"))).toBe("audio/webm;codecs=opus");
  expect(typeToRecord((type) => type === "audio/mp4")).toBe("audio/mp4");
  expect(typeToRecord(() => false)).toBeUndefined();
});

it.each([
  ["audio/ogg;codecs=opus", "ogg"],
  ["audio/webm;codecs=opus", "webm"],
  ["audio/mp4", "m4a"],
])("names %s", (type, extension) => {
  expect(extensionOf(type)).toBe(extension);
});
