/** Files dropped or pasted anywhere on the thread. */
import { type RefObject, useEffect, useRef, useState } from "react";

/** Whether files are held over it right now. `take` is null where nothing can be sent. */
export function useFilesDropped(
  area: RefObject<HTMLElement | null>,
  take: ((files: File[]) => void) | null,
): boolean {
  const [over, setOver] = useState(false);
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const element = area.current;
    if (!element) return;
    // Entering a child is told before leaving its parent.
    let depth = 0;
    const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const enter = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      depth += 1;
      setOver(latest.current !== null);
    };
    const move = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = latest.current ? "copy" : "none";
    };
    const leave = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const drop = (event: DragEvent) => {
      depth = 0;
      setOver(false);
      if (!holdsFiles(event)) return;
      // Else the browser leaves the page to show the file.
      event.preventDefault();
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length > 0) latest.current?.(files);
    };
    const paste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      const target = event.target instanceof Element ? event.target : null;
      const elsewhere =
        target?.closest("[role=dialog]") || (target?.closest("input, textarea") && !element.contains(target));
      if (files.length === 0 || elsewhere || !latest.current) return;
      event.preventDefault();
      latest.current(files);
    };
    element.addEventListener("dragenter", enter);
    element.addEventListener("dragover", move);
    element.addEventListener("dragleave", leave);
    element.addEventListener("drop", drop);
    document.addEventListener("paste", paste);
    return () => {
      element.removeEventListener("dragenter", enter);
      element.removeEventListener("dragover", move);
      element.removeEventListener("dragleave", leave);
      element.removeEventListener("drop", drop);
      document.removeEventListener("paste", paste);
    };
  }, [area]);
  return over;
}
