import { describe, expect, it } from "vitest";
import { kindOf, LIMITS, problemOf, takesCaption } from "./limits";

describe("a file", () => {
  it.each([
    ["image/jpeg", "image"],
    ["IMAGE/PNG", "image"],
    ["image/webp", "document"],
    ["image/heic", "document"],
    ["video/mp4", "video"],
    ["video/quicktime", "document"],
    ["audio/ogg; codecs=opus", "audio"],
    ["audio/wav", "document"],
    ["application/pdf", "document"],
    ["", "document"],
  ])("of type %s goes as %s", (type, kind) => {
    expect(kindOf(type)).toBe(kind);
  });

  it("may be as large as its kind allows and not a byte more", () => {
    expect(problemOf("image", LIMITS.image)).toBeNull();
    expect(problemOf("image", LIMITS.image + 1)).toBe("too_large");
    expect(problemOf("document", LIMITS.image + 1)).toBeNull();
    expect(problemOf("document", 0)).toBe("empty");
  });

  it("has a caption unless it is heard", () => {
    expect(takesCaption("document")).toBe(true);
    expect(takesCaption("audio")).toBe(false);
  });
});
