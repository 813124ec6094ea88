/** Lines of search results are short: what was asked for must not be what is cut off. */
import type { SnippetPiece } from "@/api/types";

/** Characters before the first hit. */
const BEFORE = 16;

/** The line from shortly before its first hit on, beginning with a word. */
export function fromFirstHit(pieces: SnippetPiece[]): SnippetPiece[] {
  const hit = pieces.findIndex((piece) => piece.hit);
  const before = pieces
    .slice(0, Math.max(0, hit))
    .map((piece) => piece.text)
    .join("");
  if (before.length <= BEFORE * 1.5) return pieces;
  const near = before.slice(-BEFORE);
  const space = near.search(/\s/);
  const kept = space < 0 || space === near.length - 1 ? near : near.slice(space + 1);
  return [{ text: `…${kept}`, hit: false }, ...pieces.slice(hit)];
}
