/**
 * What is open, kept in the address: `/sandbox/{wa_id}`, `/sandbox/templates`, `/sandbox/faults`. Each is a link, so it
 * opens in a tab of its own.
 */
import { type MouseEvent, useCallback, useSyncExternalStore } from "react";

const moved = new Set<() => void>();

export function useRoute(): [string | null, (waId: string | null) => void] {
  const open = useSyncExternalStore(subscribe, current);
  const go = useCallback((waId: string | null) => {
    history.pushState(null, "", pathOf(waId));
    for (const listener of moved) listener();
  }, []);
  return [open, go];
}

export function pathOf(waId: string | null): string {
  return waId === null ? "/sandbox" : `/sandbox/${waId}`;
}

/** Whether a click on a link is for us and not for a new tab or window. */
export function isPlain(event: MouseEvent): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

function current(): string | null {
  return /^\/sandbox\/(\d+|templates|faults)\/?$/.exec(location.pathname)?.[1] ?? null;
}

function subscribe(listener: () => void): () => void {
  moved.add(listener);
  addEventListener("popstate", listener);
  return () => {
    moved.delete(listener);
    removeEventListener("popstate", listener);
  };
}
