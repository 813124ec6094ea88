import { useEffect, useRef } from "react";
import { afterPaint } from "./useAfterPaint";

/** By key. What returns false was not meant, and leaves the key to others. */
export type Shortcuts = Record<string, () => unknown>;

const TEXT_BOX = "input, textarea, select, [contenteditable=true]";
const ON_TOP = "[role=dialog], [role=alertdialog], [role=menu]";

/** What each mounted part of the page answers to. */
const heard = new Set<{ current: Shortcuts }>();

/** How long a text box may take to come. */
const COMING_MS = 2_000;
let comingUntil = 0;

/**
 * A text box is about to take the focus. What is typed until it has it was meant for it: better lost than taken for
 * shortcuts that close and open conversations.
 */
export function textBoxIsComing(): void {
  comingUntil = performance.now() + COMING_MS;
  document.addEventListener("focusin", came);
}

function came({ target }: FocusEvent): void {
  if (!(target instanceof Element && target.matches(TEXT_BOX))) return;
  comingUntil = 0;
  document.removeEventListener("focusin", came);
}

/**
 * Gives a text box the focus, behind the frame that shows it: giving the focus away takes as long as half a thread. What
 * took the focus in between, to be written in or to be answered, keeps it. Returns how to call it off.
 */
export function focusTextBox(box: { current: HTMLElement | null }): () => void {
  const before = document.activeElement;
  textBoxIsComing();
  return afterPaint(() => {
    const now = document.activeElement;
    if (now !== before && now?.closest(`${TEXT_BOX}, ${ON_TOP}`)) return;
    box.current?.focus({ preventScroll: true });
  });
}

/**
 * Single keys for the whole page. Silent while somebody types, while a menu or dialog is open, and with modifiers, so
 * that the browser keeps its own. Escape is heard from text boxes too.
 */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.metaKey || event.ctrlKey || event.altKey)
        return;
      const run = latest.current[keyOf(event)];
      if (!run) return;
      const target = event.target instanceof Element ? event.target : null;
      const typing = target?.closest(TEXT_BOX) || performance.now() < comingUntil;
      if (typing && event.key !== "Escape") return;
      if (target?.closest("[role=dialog], [role=menu], [role=listbox]")) return;
      // Last, as it looks through the whole page: not with every letter that is typed.
      if (somethingOnTop()) return;
      if (run() !== false) event.preventDefault();
    };
    heard.add(latest);
    document.addEventListener("keydown", listen);
    return () => {
      heard.delete(latest);
      document.removeEventListener("keydown", listen);
    };
  }, []);
}

/** Ctrl or Command with `letter`, from anywhere, text boxes too; not beneath a menu or dialog of somebody else. */
export function useCommandKey(letter: string, run: () => void): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.isComposing || event.altKey || event.shiftKey || event.ctrlKey === event.metaKey) return;
      if (keyOf(event).toLowerCase() !== letter) return;
      // Otherwise the browser would take it for its address bar.
      event.preventDefault();
      if (!somethingOnTop()) latest.current();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [letter]);
}

/** Does what the key does, for whoever chose it from a list instead of pressing it. */
export function pressShortcut(key: string): void {
  for (const { current } of [...heard]) current[key]?.();
}

/** The key by its Latin letter: a layout with other letters has it in the same place. */
export function keyOf({ key, code, shiftKey }: Pick<KeyboardEvent, "key" | "code" | "shiftKey">): string {
  if (key.length !== 1 || key.charCodeAt(0) < 128) return key;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter) return shiftKey ? letter : letter.toLowerCase();
  if (code === "Slash") return shiftKey ? "?" : "/";
  return key;
}

/** How the modifier of `useCommandKey` is written on the keys of this device. */
export function commandKey(letter: string): string {
  return /mac|iphone|ipad/i.test(navigator.userAgent) ? `⌘${letter}` : `Ctrl ${letter}`;
}

/** A menu or a dialog, of whomever. */
export function somethingOnTop(): boolean {
  return document.querySelector(ON_TOP) !== null;
}
