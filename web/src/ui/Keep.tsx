/**
 * A part of the page that stays in it while something else is shown in its place, and is back in a frame. Meanwhile it
 * does nothing: its effects are undone, nothing of it is drawn anew, and neither keys nor screen readers find it.
 */
import { Activity, type ReactNode, useInsertionEffect, useRef } from "react";
import { cx } from "./cx";

export function Keep({ shown, children }: { shown: boolean; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(children);
  if (shown) latest.current = children;

  // React hides by `display: none`, which throws away layout and scroll position, and both would have to be made anew at
  // the moment that counts. The box around it hides as well and keeps them. Before anybody measures anything.
  useInsertionEffect(() => {
    const inside = box.current?.firstElementChild;
    if (!shown && inside instanceof HTMLElement && CSS.supports("content-visibility", "hidden"))
      inside.style.display = "";
  }, [shown]);

  return (
    <div
      ref={box}
      data-shown={shown || undefined}
      className={cx("absolute inset-0", shown ? "z-0" : "-z-10 [content-visibility:hidden]")}
    >
      <Activity mode={shown ? "visible" : "hidden"}>
        <div className="flex h-full min-h-0 min-w-0">{latest.current}</div>
      </Activity>
    </div>
  );
}
