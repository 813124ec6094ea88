/** Moving through the messages by keyboard: arrows go from one to the next, and what is focused can be answered. */
import type { KeyboardEvent } from "react";

export function moveThrough(event: KeyboardEvent<HTMLElement>): void {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
  const log = event.currentTarget;
  const target = event.target as HTMLElement;
  // Sliders and players have arrows of their own; popups are drawn elsewhere.
  if (!log.contains(target) || target.matches("input, video, summary")) return;
  const all = [...log.querySelectorAll<HTMLElement>("article[data-key]")];
  const at = all.findIndex((bubble) => bubble.contains(target));
  const next = at < 0 ? lastInView(log, all) : all[at + (event.key === "ArrowUp" ? -1 : 1)];
  if (!next) return;
  event.preventDefault();
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

/** Presses a button of the message that has the focus; whether there was one. */
export function pressIn(selector: string): boolean {
  const bubble = document.activeElement?.closest("article[data-key]");
  const button = bubble?.querySelector<HTMLElement>(selector);
  button?.click();
  return Boolean(button);
}

function lastInView(log: HTMLElement, all: HTMLElement[]): HTMLElement | undefined {
  const end = log.getBoundingClientRect().bottom;
  return all.findLast((element) => element.getBoundingClientRect().top < end - 24);
}
