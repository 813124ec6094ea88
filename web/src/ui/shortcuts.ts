import { useEffect, useRef } from "react";

export type Shortcuts = Record<string, (event: KeyboardEvent) => void>;

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
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest("[role=dialog], [role=menu], [role=listbox]")) return;
      if (document.querySelector("[role=dialog], [role=menu]")) return;
      const typing = target?.closest("input, textarea, select, [contenteditable=true]");
      if (typing && event.key !== "Escape") return;
      const run = latest.current[event.key];
      if (!run) return;
      event.preventDefault();
      run(event);
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}
