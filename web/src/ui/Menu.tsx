/**
 * A button that opens a list of actions or choices. The list, and the machinery that places it and moves the focus in
 * it, is loaded when somebody reaches for the first menu: pages open without it.
 */
import {
  type ComponentProps,
  cloneElement,
  type ReactElement,
  type ReactNode,
  Suspense,
  useRef,
  useState,
} from "react";
import { lazy, warm } from "./lazy";
import type * as Parts from "./MenuParts";

const load = () => import("./MenuParts");
const MenuPopup = lazy(() => load().then((parts) => ({ default: parts.MenuPopup })));

// `lazy` forgets that these are generic; the cast says so again.
export const MenuItem = lazy(() => load().then((parts) => ({ default: parts.MenuItem })));
export const MenuSeparator = lazy(() => load().then((parts) => ({ default: parts.MenuSeparator })));
export const MenuChoices = lazy(() =>
  load().then((parts) => ({ default: parts.MenuChoices })),
) as unknown as typeof Parts.MenuChoices;

type Trigger = ReactElement<ComponentProps<"button"> & { disabledReason?: string | undefined }>;

export function Menu({
  trigger,
  children,
  align = "start",
  side = "bottom",
}: {
  trigger: Trigger;
  /** Items, choices and separators; drawn only while the menu is open. */
  children: ReactNode;
  align?: "start" | "center" | "end";
  side?: "top" | "bottom" | "inline-end";
}) {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const reach = () => warm(load);
  // The button says why there is nothing to open.
  if (trigger.props.disabledReason) return trigger;
  return (
    <>
      {cloneElement(trigger, {
        ref: anchor,
        "aria-haspopup": "menu",
        "aria-expanded": open,
        onPointerEnter: reach,
        onFocus: reach,
        onClick: () => setOpen(!open),
        onKeyDown: (event) => {
          if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
          event.preventDefault();
          setOpen(true);
        },
      })}
      {open && (
        <Suspense fallback={null}>
          <MenuPopup
            anchor={anchor}
            label={anchor.current?.getAttribute("aria-label") ?? anchor.current?.textContent ?? ""}
            align={align}
            side={side}
            onClose={() => setOpen(false)}
          >
            {children}
          </MenuPopup>
        </Suspense>
      )}
    </>
  );
}
