/** Fingers on a bubble: held, it opens its menu; drawn towards the end of the line, it is answered. */
import { type RefObject, useEffect, useRef } from "react";

const HOLD_MS = 450;
const STILL_PX = 10;
const SWIPE_PX = 64;

export function useTouch(
  box: RefObject<HTMLElement | null>,
  { onHold, onSwipe }: { onHold: (() => void) | null; onSwipe: (() => void) | null },
): void {
  const latest = useRef({ onHold, onSwipe });
  latest.current = { onHold, onSwipe };
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let start: { x: number; y: number } | null = null;
    let drawn = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = () => {
      clearTimeout(timer);
      start = null;
      drawn = 0;
      element.style.transform = "";
      element.style.transition = "transform 120ms ease-out";
    };
    const down = (event: TouchEvent) => {
      const touch = event.touches[0];
      if (!touch || event.touches.length > 1) return end();
      // A slider or a player under the finger has gestures of its own.
      if (event.target instanceof Element && event.target.closest("input, video")) return;
      start = { x: touch.clientX, y: touch.clientY };
      timer = setTimeout(() => {
        if (!start || drawn !== 0) return;
        end();
        latest.current.onHold?.();
      }, HOLD_MS);
    };
    const move = (event: TouchEvent) => {
      const touch = event.touches[0];
      if (!start || !touch) return;
      const x = touch.clientX - start.x;
      const y = touch.clientY - start.y;
      if (Math.abs(x) > STILL_PX || Math.abs(y) > STILL_PX) clearTimeout(timer);
      if (drawn === 0 && Math.abs(y) > Math.abs(x)) return;
      const rtl = document.documentElement.dir === "rtl";
      const along = Math.max(0, Math.min(SWIPE_PX + 16, rtl ? -x : x));
      if (!latest.current.onSwipe || along < STILL_PX) return;
      drawn = along;
      element.style.transition = "none";
      element.style.transform = `translateX(${rtl ? -along : along}px)`;
    };
    const up = () => {
      const far = drawn >= SWIPE_PX;
      end();
      if (far) latest.current.onSwipe?.();
    };
    const menu = (event: Event) => {
      // The browser's own menu on a held finger; a mouse keeps it.
      if (start) event.preventDefault();
    };
    element.addEventListener("touchstart", down, { passive: true });
    element.addEventListener("touchmove", move, { passive: true });
    element.addEventListener("touchend", up);
    element.addEventListener("touchcancel", end);
    element.addEventListener("contextmenu", menu);
    return () => {
      end();
      element.removeEventListener("touchstart", down);
      element.removeEventListener("touchmove", move);
      element.removeEventListener("touchend", up);
      element.removeEventListener("touchcancel", end);
      element.removeEventListener("contextmenu", menu);
    };
  }, [box]);
}
