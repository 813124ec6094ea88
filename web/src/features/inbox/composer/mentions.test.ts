import { describe, expect, it } from "vitest";
import { mentionAt, mentionsIn, pieces, suggest } from "./mentions";

const ANA = { id: "1", name: "Ana" };
const ANA_MARIA = { id: "2", name: "Ana María Ruiz" };
const TOM = { id: "3", name: "Tom" };
const TEAM = [ANA, ANA_MARIA, TOM];

describe("a mention that is being typed", () => {
  it("begins at an @ that begins a word", () => {
    expect(mentionAt("Hi @An", 6)).toEqual({ from: 3, query: "An" });
    expect(mentionAt("@", 1)).toEqual({ from: 0, query: "" });
    expect(mentionAt("mail@an", 7)).toBeNull();
    expect(mentionAt("@Ana\nnext", 9)).toBeNull();
    expect(mentionAt("none", 4)).toBeNull();
  });

  it("suggests by any part of a name, whatever its accents", () => {
    expect(suggest(TEAM, "maria")).toEqual([ANA_MARIA]);
    expect(suggest(TEAM, "AN")).toEqual([ANA, ANA_MARIA]);
    expect(suggest(TEAM, "ana m")).toEqual([ANA_MARIA]);
    expect(suggest(TEAM, "")).toHaveLength(3);
    expect(suggest(TEAM, "zo")).toEqual([]);
  });
});

describe("mentions of a text", () => {
  it("are whole names, the longer one if two fit", () => {
    expect(mentionsIn("@Ana María Ruiz and @Tom, please", TEAM)).toEqual(["2", "3"]);
    expect(mentionsIn("@Anabel or x@Tom", TEAM)).toEqual([]);
    expect(mentionsIn("@Tom! @Tom?", TEAM)).toEqual(["3"]);
  });

  it("leave the rest of the text as it is", () => {
    const text = "Ask @Ana: now";
    const told = pieces(text, TEAM);
    expect(told.map((piece) => piece.text).join("")).toBe(text);
    expect(told.map((piece) => piece.member)).toEqual([null, "1", null]);
  });
});
