import { startTransition, useEffect, useState } from "react";

/** Runs once the frame that is being made has been handed over; returns how to call it off. */
export function afterPaint(run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(run);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

/** Runs before the next frame is made, behind what gives the focus back as it closes; returns how to call it off. */
export function inNextFrame(run: () => void): () => void {
  const frame = requestAnimationFrame(run);
  return () => cancelAnimationFrame(frame);
}

/** Runs when the page has nothing else to do, after some seconds in any case; returns how to call it off. */
export function whenIdle(run: () => void): () => void {
  // Not in every Safari.
  if (!("requestIdleCallback" in window)) return afterPaint(run);
  const asked = requestIdleCallback(run, { timeout: 5_000 });
  return () => cancelIdleCallback(asked);
}

/**
 * False in the first frame a part of the page is in, true once that has been seen: a frame has time for what one looks at
 * first, and the rest comes right behind it.
 */
export function useAfterPaint(): boolean {
  const [isPainted, setPainted] = useState(false);
  useEffect(() => {
    if (isPainted) return;
    return afterPaint(() => startTransition(() => setPainted(true)));
  }, [isPainted]);
  return isPainted;
}
