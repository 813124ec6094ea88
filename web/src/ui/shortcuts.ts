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
const awaited = new Set<{ until: number }>();

/**
 * A text box is about to take the focus. What is typed until it has it was meant for it: better lost than taken for
 * shortcuts that close and open conversations. Returns how to say that it is awaited no longer; whether it still was.
 */
export function textBoxIsComing(): () => boolean {
  const one = { until: performance.now() + COMING_MS };
  awaited.add(one);
  document.addEventListener("focusin", came);
  return () => awaited.delete(one);
}

/** Whoever said so did not know that it is locked, or leaves the keyboard of a phone down. */
export function noTextBoxComes(): void {
  awaited.clear();
  document.removeEventListener("focusin", came);
}

function came({ target }: FocusEvent): void {
  if (target instanceof Element && target.matches(TEXT_BOX)) noTextBoxComes();
}

function isComing(): boolean {
  const now = performance.now();
  return [...awaited].some(({ until }) => now < until);
}

/**
 * Gives a text box the focus, behind the frame that shows it: giving the focus away takes as long as half a thread. What
 * took the focus in between, to be written in or to be answered, keeps it. Returns how to call it off.
 */
export function focusTextBox(box: { current: HTMLElement | null }, later = afterPaint): () => void {
  const before = document.activeElement;
  const over = textBoxIsComing();
  const callOff = later(() => {
    // One has been there meanwhile, and may have been left again.
    if (!over()) return;
    const now = document.activeElement;
    if (now !== before && now?.closest(`${TEXT_BOX}, ${ON_TOP}`)) return;
    box.current?.focus({ preventScroll: true });
  });
  return () => {
    callOff();
    over();
  };
}

/** What was typed since a text box was asked for that takes the focus from another. */
let ahead: { text: string; until: number } | null = null;

/**
 * Somebody has asked for a text box that is still on its way, over whatever has the focus. What is typed until it is here
 * is no shortcut, nor meant for the box that has the focus meanwhile, where Enter would send: it waits for `typedAhead`.
 */
export function typeAhead(): void {
  ahead = { text: "", until: performance.now() + COMING_MS };
  document.addEventListener("keydown", keep, true);
}

/** What was typed for the box that is here now. */
export function typedAhead(): string {
  const text = ahead?.text ?? "";
  ahead = null;
  document.removeEventListener("keydown", keep, true);
  return text;
}

function keep(event: KeyboardEvent): void {
  if (!ahead || performance.now() > ahead.until) {
    typedAhead();
    return;
  }
  const { key, isComposing, ctrlKey, metaKey, altKey } = event;
  if (isComposing || ctrlKey || metaKey || altKey) return;
  event.preventDefault();
  event.stopPropagation();
  if (key === "Backspace") ahead.text = ahead.text.slice(0, -1);
  else if (key.length === 1) ahead.text += key;
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
      const typing = target?.closest(TEXT_BOX) || isComing();
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
