/** The row that is likely to be opened next: the pointer rests on it, or it has the focus. */
import { useEffect, useMemo, useRef } from "react";

/** A pointer that only passes is somewhere else by then. */
const RESTS_MS = 80;

/** For what holds the rows; `reached` is told the conversation. */
export function useNear(reached: (id: string) => void) {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useMemo(() => {
    const leave = () => clearTimeout(timer.current);
    const come = ({ target }: { target: EventTarget }) => {
      leave();
      const id = rowAt(target);
      if (id) timer.current = setTimeout(() => reached(id), RESTS_MS);
    };
    return { onPointerOver: come, onPointerLeave: leave, onFocus: come };
  }, [reached]);
}

function rowAt(target: EventTarget): string | undefined {
  const row = target instanceof Element ? target.closest("li") : null;
  return row?.querySelector<HTMLElement>("[data-conversation]")?.dataset.conversation;
}
