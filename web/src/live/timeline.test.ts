import { describe, expect, it } from "vitest";
import type { Note } from "@/api/types";
import { at } from "@/testing/factories";
import { stamp } from "./stamped";
import { type Aside, addOlderAsides, asideOfNote, mergeTimeline, NO_TIMELINE } from "./timeline";

const note = (minute: number, text = "Careful"): Note => ({
  id: `note-${minute}`,
  contact_id: "contact",
  conversation_id: "conversation",
  author_id: "ana",
  text,
  mentions: [],
  is_draft: false,
  created_at: at(minute),
  edited_at: null,
});
const item = (minute: number) => ({ type: "note" as const, note: note(minute) });
const told = (id: string, aside: Aside | null, seq: number) => new Map([[id, stamp({ aside }, seq)]]);
const texts = (list: { rows: Aside[] }) => list.rows.map((row) => (row.kind === "note" ? row.note.text : ""));

describe("a timeline", () => {
  const loaded = addOlderAsides(NO_TIMELINE, [item(30), item(20)], "older", 5);

  it("is oldest first, and takes what comes", () => {
    expect(loaded.rows.map((row) => row.id)).toEqual(["note-20", "note-30"]);
    const more = mergeTimeline(loaded, told("note-40", asideOfNote(note(40)), 6));
    expect(more.rows.at(-1)?.id).toBe("note-40");
  });

  it("takes over corrections and lets go of what was removed, newer news only", () => {
    const edited = mergeTimeline(loaded, told("note-20", asideOfNote(note(20, "Mind")), 7));
    expect(texts(edited)).toEqual(["Mind", "Careful"]);
    expect(mergeTimeline(edited, told("note-20", asideOfNote(note(20, "Old")), 6))).toBe(edited);
    expect(texts(mergeTimeline(edited, told("note-20", null, 8)))).toEqual(["Careful"]);
  });

  it("leaves to older pages what lies before the first row, unless it is all there", () => {
    const old = told("note-10", asideOfNote(note(10)), 6);
    expect(mergeTimeline(loaded, old)).toBe(loaded);
    expect(mergeTimeline({ ...loaded, older: null }, old).rows).toHaveLength(3);
  });
});
