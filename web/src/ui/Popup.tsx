/** A box beside a button, for what is no menu. Always loaded lazily, with what is in it. */
import { Popover } from "@base-ui/react/popover";
import type { ReactNode, RefObject } from "react";
import { cx } from "./cx";

export function Popup({
  anchor,
  returnTo = anchor,
  beginAt,
  label,
  align = "center",
  side = "top",
  onClose,
  className,
  children,
}: {
  anchor: RefObject<HTMLElement | null>;
  /** Where the focus goes afterwards; to the anchor if left out. */
  returnTo?: RefObject<HTMLElement | null>;
  /** Where it goes at first; to what comes first in it if left out. */
  beginAt?: RefObject<HTMLElement | null>;
  label: string;
  align?: "start" | "center" | "end";
  side?: "top" | "bottom";
  onClose: () => void;
  className?: string;
  children: ReactNode;
}) {
  return (
    <Popover.Root
      open
      onOpenChange={(open, details) => {
        const { target } = details.event;
        // A press on the button is the button's own: it toggles.
        if (
          details.reason === "outside-press" &&
          target instanceof Node &&
          anchor.current?.contains(target)
        ) {
          details.cancel();
        } else if (!open) {
          onClose();
        }
      }}
    >
      <Popover.Portal
        container={anchor.current?.closest<HTMLElement>("[role=dialog], main") ?? document.body}
        className="contents"
      >
        <Popover.Positioner
          anchor={anchor}
          positionMethod="fixed"
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50"
        >
          <Popover.Popup
            aria-label={label}
            finalFocus={returnTo}
            {...(beginAt ? { initialFocus: beginAt } : {})}
            className={cx(
              "animate-appear rounded-lg border border-line bg-raised p-1 shadow-pop outline-none",
              className,
            )}
          >
            {children}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
