import { describe, expect, it } from "vitest";
import { changesOf, word } from "./entries";

describe("entries of the audit log", () => {
  it("says what a thing was called and what was changed", () => {
    const summary = {
      name: "Bo",
      role: { from: "agent", to: "viewer" },
      whatsapp_enabled: { from: true, to: false },
    };
    expect(changesOf(summary)).toEqual({
      about: "Bo",
      device: undefined,
      lines: [
        { what: "role", from: "agent", to: "viewer" },
        { what: "whatsapp_enabled", from: "✓", to: "✗" },
      ],
    });
  });

  it("has nothing to say about what it does not know", () => {
    expect(changesOf({})).toEqual({ about: undefined, device: undefined, lines: [] });
    expect(changesOf(null)).toEqual({ about: undefined, device: undefined, lines: [] });
    expect(changesOf({ name: null, scopes: ["a"], odd: { from: 1 } })).toEqual({
      about: undefined,
      lines: [],
    });
  });

  it("turns an action into the name of its text", () => {
    expect(word("member.two_factor_enabled")).toBe("member_two_factor_enabled");
  });
});
