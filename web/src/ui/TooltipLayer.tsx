/**
 * Hints for everything that carries `data-tip`: one listener and one box for the page, instead of machinery around
 * every button. For those who see; the same words are in the accessible name or description.
 */
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { Kbd } from "./Kbd";

const DELAY_MS = 450;
const GAP = 6;
const MARGIN = 8;

type Tip = { text: string; shortcut: string | undefined; at: DOMRect; aside: boolean };

export function TooltipLayer() {
  const [tip, setTip] = useState<Tip | null>(null);
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let current: Element | null = null;
    const hide = () => {
      clearTimeout(timer);
      current = null;
      setTip(null);
    };
    const show = (element: HTMLElement, delay: number) => {
      if (element === current) return;
      hide();
      current = element;
      timer = setTimeout(() => {
        const text = element.dataset.tip;
        if (!text || !element.isConnected || element.getAttribute("aria-expanded") === "true") return;
        setTip({
          text,
          shortcut: element.dataset.tipKey,
          at: element.getBoundingClientRect(),
          aside: element.dataset.tipSide === "aside",
        });
      }, delay);
    };
    const over = (event: PointerEvent) => {
      if (event.pointerType === "touch") return;
      const element = tipped(event.target);
      if (element) show(element, DELAY_MS);
      else hide();
    };
    const focus = (event: FocusEvent) => {
      const element = tipped(event.target);
      if (element?.matches(":focus-visible")) show(element, 0);
    };
    const key = (event: KeyboardEvent) => event.key === "Escape" && hide();
    document.addEventListener("pointerover", over, { passive: true });
    document.addEventListener("focusin", focus);
    document.addEventListener("focusout", hide);
    document.addEventListener("pointerdown", hide, { passive: true });
    document.addEventListener("scroll", hide, { passive: true, capture: true });
    document.addEventListener("keydown", key);
    // Who types looks at the words, and the mouse that was left on a button must not cover them.
    document.addEventListener("input", hide);
    return () => {
      hide();
      document.removeEventListener("pointerover", over);
      document.removeEventListener("focusin", focus);
      document.removeEventListener("focusout", hide);
      document.removeEventListener("pointerdown", hide);
      document.removeEventListener("scroll", hide, { capture: true });
      document.removeEventListener("keydown", key);
      document.removeEventListener("input", hide);
    };
  }, []);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element || !tip) return;
    const { width, height } = element.getBoundingClientRect();
    const place = tip.aside ? besideOf(tip.at, width, height) : belowOf(tip.at, width, height);
    element.style.left = `${place.left}px`;
    element.style.top = `${place.top}px`;
  }, [tip]);

  if (!tip) return null;
  return (
    <div
      ref={box}
      aria-hidden="true"
      className="pointer-events-none fixed top-0 left-0 z-50 flex max-w-72 items-center gap-2 rounded-md bg-text px-2 py-1 text-canvas text-xs shadow-pop"
    >
      {tip.text}
      {tip.shortcut && <Kbd inverted>{tip.shortcut}</Kbd>}
    </div>
  );
}

function tipped(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-tip]") : null;
}

function belowOf(at: DOMRect, width: number, height: number): { left: number; top: number } {
  const below = at.bottom + GAP;
  return {
    left: clamp(at.left + (at.width - width) / 2, innerWidth - width),
    top: below + height > innerHeight - MARGIN ? at.top - GAP - height : below,
  };
}

function besideOf(at: DOMRect, width: number, height: number): { left: number; top: number } {
  const rtl = document.documentElement.dir === "rtl";
  return {
    left: clamp(rtl ? at.left - GAP - width : at.right + GAP, innerWidth - width),
    top: at.top + (at.height - height) / 2,
  };
}

function clamp(value: number, most: number): number {
  return Math.max(MARGIN, Math.min(most - MARGIN, value));
}
