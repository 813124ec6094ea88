/** How far the files on their way are, 0 to 1. Apart from the outbox: it changes many times a second. */
import { useSyncExternalStore } from "react";

const known = new Map<string, number>();
const listeners = new Set<() => void>();

export function setProgress(key: string, done: number | null): void {
  if (done === null) known.delete(key);
  else known.set(key, done);
  for (const listener of listeners) listener();
}

export function useProgress(key: string): number | null {
  return useSyncExternalStore(subscribe, () => known.get(key) ?? null);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
