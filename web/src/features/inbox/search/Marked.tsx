/** A line with what was asked for marked in it. */
import type { SnippetPiece } from "@/api/types";
import { fromFirstHit } from "./snippet";

export function Marked({ pieces }: { pieces: SnippetPiece[] }) {
  let at = 0;
  return fromFirstHit(pieces).map((piece) => {
    // Pieces follow one another: where one begins is its own.
    const key = at;
    at += piece.text.length;
    return piece.hit ? (
      <mark key={key} className="rounded-[2px] bg-accent-soft font-medium text-accent">
        {piece.text}
      </mark>
    ) : (
      piece.text
    );
  });
}
