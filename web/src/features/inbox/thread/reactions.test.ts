import { describe, expect, it } from "vitest";
import type { Reaction } from "@/api/types";
import { groupReactions, isSame, ownReaction, withOwn } from "./reactions";

const of = (emoji: string, id: string | null = null): Reaction => ({
  actor_type: id ? "agent" : "customer",
  actor_id: id,
  emoji,
  created_at: "2026-07-01T12:00:00.000Z",
});

describe("reactions", () => {
  it("are counted by sign, whether or not it asks for colour", () => {
    const groups = groupReactions([of("❤️"), of("👍", "me"), of("❤", "x")], "me");
    expect(groups.map(({ emoji, own, by }) => [emoji, own, by.length])).toEqual([
      ["❤️", false, 2],
      ["👍", true, 1],
    ]);
    expect(isSame("👍", "👍️")).toBe(true);
    expect(isSame(null, null)).toBe(false);
  });

  it("of the business are one at most, and the latest is whose it is", () => {
    const before = [of("❤️"), of("🎉", "x")];
    const after = withOwn(before, "me", "😂", "now");
    expect(after.map(({ emoji }) => emoji)).toEqual(["❤️", "😂"]);
    expect(ownReaction(after, "me")).toBe("😂");
    expect(withOwn(after, "me", null, "now").map(({ emoji }) => emoji)).toEqual(["❤️"]);
  });

  it("of the customer are never ours", () => {
    expect(ownReaction([of("❤️")], "me")).toBeNull();
  });
});
