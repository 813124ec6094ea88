/**
 * Where a thread stands. At the end it follows what comes; anywhere else what you look at does not move, whether
 * older pages are put above it, images grow, or the window changes its size.
 */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/** This close to the end counts as being there. */
const END_PX = 48;
/** And this close to either end of what is loaded, more is wanted. */
const MORE_PX = 800;
/** The unread divider is opened this far below the top, so that something of what was read is in view. */
const OPEN_AT = 0.25;

export type ThreadScroll = {
  atEnd: boolean;
  toEnd: (smooth?: boolean) => void;
  toKey: (key: string) => boolean;
};

export function useThreadScroll({
  scroller,
  content,
  version,
  opened,
  onNearTop,
  hasMoreBelow,
  onNearBottom,
}: {
  scroller: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  /** Changes whenever what is shown changes. */
  version: unknown;
  /** Another number when the thread is opened again and something else is unread in it. */
  opened: number;
  onNearTop: () => void;
  /** What is shown ends before the thread does: its end is nothing to follow. */
  hasMoreBelow: boolean;
  onNearBottom: () => void;
}): ThreadScroll {
  const [atEnd, setAtEnd] = useState(true);
  const pinned = useRef(true);
  const openedAt = useRef<number | null>(null);
  const anchor = useRef<{ key: string; top: number } | null>(null);
  /** Where we last stood: whoever is higher now has scrolled up; whoever is not has been overtaken by what grew. */
  const stood = useRef(0);
  const nearTop = useRef(onNearTop);
  nearTop.current = onNearTop;
  const below = useRef({ hasMoreBelow, onNearBottom });
  below.current = { hasMoreBelow, onNearBottom };

  const hold = useCallback(() => {
    const view = scroller.current;
    if (!view || openedAt.current === null) return;
    if (pinned.current) {
      view.scrollTop = view.scrollHeight;
      stood.current = view.scrollTop;
      return;
    }
    if (!anchor.current) return;
    const element = find(view, anchor.current.key);
    if (element) view.scrollTop += topOf(view, element) - anchor.current.top;
  }, [scroller]);

  const note = useCallback(() => {
    const view = scroller.current;
    if (!view || openedAt.current === null) return;
    const left = view.scrollHeight - view.scrollTop - view.clientHeight;
    const { hasMoreBelow, onNearBottom } = below.current;
    let end = left <= END_PX && !hasMoreBelow;
    if (!end && !hasMoreBelow && pinned.current && view.scrollTop >= stood.current) {
      view.scrollTop = view.scrollHeight;
      end = true;
    }
    stood.current = view.scrollTop;
    pinned.current = end;
    setAtEnd(end);
    anchor.current = firstVisible(view);
    if (view.scrollTop < MORE_PX) nearTop.current();
    if (left < MORE_PX) onNearBottom();
  }, [scroller]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` says when to look again
  useLayoutEffect(() => {
    const view = scroller.current;
    if (!view) return;
    const again = openedAt.current !== null;
    // Whoever had scrolled up finds their place again; the others see what has come.
    if (again && (openedAt.current === opened || !pinned.current)) {
      hold();
    } else {
      const divider = view.querySelector<HTMLElement>("[data-unread]");
      pinned.current = !divider;
      if (divider) view.scrollTop += topOf(view, divider) - view.clientHeight * OPEN_AT;
      else view.scrollTop = view.scrollHeight;
    }
    openedAt.current = opened;
    note();
  }, [scroller, opened, version, hold, note]);

  useEffect(() => {
    const view = scroller.current;
    const inside = content.current;
    if (!view || !inside) return;
    const watch = new ResizeObserver(hold);
    watch.observe(view);
    watch.observe(inside);
    view.addEventListener("scroll", note, { passive: true });
    return () => {
      watch.disconnect();
      view.removeEventListener("scroll", note);
    };
  }, [scroller, content, hold, note]);

  const toEnd = useCallback(
    (smooth = false) => {
      const view = scroller.current;
      if (!view) return;
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      if (!smooth) pinned.current = true;
      view.scrollTo({ top: view.scrollHeight, behavior: smooth && !calm ? "smooth" : "instant" });
    },
    [scroller],
  );

  const toKey = useCallback(
    (key: string): boolean => {
      const view = scroller.current;
      const element = view && find(view, key);
      if (!view || !element) return false;
      pinned.current = false;
      view.scrollTop += topOf(view, element) - Math.max(0, (view.clientHeight - element.offsetHeight) / 2);
      element.animate?.([{ backgroundColor: "var(--accent-soft)" }, { backgroundColor: "transparent" }], {
        duration: 1_600,
        easing: "ease-in",
      });
      return true;
    },
    [scroller],
  );

  return { atEnd, toEnd, toKey };
}

function find(view: HTMLElement, key: string): HTMLElement | null {
  return view.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
}

function topOf(view: HTMLElement, element: HTMLElement): number {
  return element.getBoundingClientRect().top - view.getBoundingClientRect().top;
}

/** The first bubble that reaches into view; found by halving, threads are long. */
function firstVisible(view: HTMLElement): { key: string; top: number } | null {
  const all = view.querySelectorAll<HTMLElement>("[data-key]");
  const edge = view.getBoundingClientRect().top;
  let low = 0;
  let high = all.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const bottom = all[middle]?.getBoundingClientRect().bottom ?? 0;
    if (bottom > edge) high = middle;
    else low = middle + 1;
  }
  const element = all[low];
  const key = element?.dataset.key;
  return element && key ? { key, top: topOf(view, element) } : null;
}
