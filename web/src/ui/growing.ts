/** Text boxes as high as their text, up to a point. */
import { type RefObject, useLayoutEffect, useRef } from "react";

/** Where the browser does it by itself nothing is measured: measuring lays out the whole page with every letter. */
const BY_ITSELF = typeof CSS !== "undefined" && CSS.supports("field-sizing", "content");
const MOST_HEIGHT = 200;

/** For the box: `rows` is one. */
export const GROWING = "field-sizing-content max-h-[200px] overflow-y-auto";

export function useGrowing(input: RefObject<HTMLTextAreaElement | null>, text: string): void {
  const last = useRef<string | null>(null);
  useLayoutEffect(() => {
    const box = input.current;
    if (BY_ITSELF || !box || last.current === text) return;
    last.current = text;
    box.style.height = "auto";
    box.style.height = `${Math.min(MOST_HEIGHT, box.scrollHeight)}px`;
    box.style.overflowY = box.scrollHeight > MOST_HEIGHT ? "auto" : "hidden";
  }, [input, text]);
}
