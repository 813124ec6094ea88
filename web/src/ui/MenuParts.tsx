/** What is inside of an open menu. Loaded with the first one: see Menu.tsx. */
import { Menu as Base } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import type { ComponentProps, ReactNode, RefObject } from "react";
import { cx } from "./cx";

const ITEM =
  "flex min-h-8 pointer-coarse:min-h-11 select-none items-center gap-2.5 rounded-md px-2.5 py-1.5 text-base outline-none data-highlighted:bg-hover data-disabled:opacity-50";

export type MenuPopupProps = {
  /** The button it belongs to; focus goes back to it. */
  anchor: RefObject<HTMLElement | null>;
  label: string;
  align: "start" | "center" | "end";
  side: "top" | "bottom" | "inline-end";
  onClose: () => void;
  children: ReactNode;
};

export function MenuPopup({ anchor, label, align, side, onClose, children }: MenuPopupProps) {
  return (
    <Base.Root
      open
      modal={false}
      onOpenChange={(open, details) => {
        const target = details.event.target;
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
      {/* Within the landmark the button is in; without a box of its own, so that nothing around it moves. */}
      <Base.Portal
        container={anchor.current?.closest<HTMLElement>("[role=dialog], main, nav, header") ?? null}
        className="contents"
      >
        <Base.Positioner
          anchor={anchor}
          positionMethod="fixed"
          align={align}
          side={side}
          sideOffset={6}
          className="z-50"
        >
          <Base.Popup
            aria-label={label}
            finalFocus={anchor}
            className="thin-scroll max-h-[min(60vh,var(--available-height))] min-w-52 max-w-80 animate-appear overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-pop outline-none"
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export function MenuItem({
  className,
  disabledReason,
  onClick,
  children,
  ...rest
}: ComponentProps<typeof Base.Item> & {
  /** Why it cannot be chosen now. It stays in its place and says so. */
  disabledReason?: string | undefined;
}) {
  return (
    <Base.Item
      {...rest}
      {...(disabledReason
        ? { "aria-disabled": true, "aria-description": disabledReason, closeOnClick: false }
        : { onClick })}
      className={cx(
        ITEM,
        disabledReason ? "flex-wrap gap-y-0 text-muted" : typeof className === "string" && className,
      )}
    >
      {children}
      {disabledReason && (
        <span aria-hidden="true" className="basis-full ps-6.5 text-sm">
          {disabledReason}
        </span>
      )}
    </Base.Item>
  );
}

export function MenuChoices<T extends string>({
  label,
  value,
  onChange,
  choices,
}: {
  label: string;
  value: T;
  onChange: (value: T) => void;
  choices: { value: T; label: ReactNode; icon?: ReactNode }[];
}) {
  return (
    <Base.RadioGroup value={value} onValueChange={(next) => onChange(next as T)}>
      <Base.Group>
        <Base.GroupLabel className="px-2.5 pt-1.5 pb-1 font-medium text-faint text-xs">
          {label}
        </Base.GroupLabel>
        {choices.map((choice) => (
          <Base.RadioItem key={choice.value} value={choice.value} closeOnClick className={ITEM}>
            {choice.icon}
            <span className="min-w-0 flex-1 truncate">{choice.label}</span>
            <Base.RadioItemIndicator>
              <Check aria-hidden="true" className="size-4 text-accent" />
            </Base.RadioItemIndicator>
          </Base.RadioItem>
        ))}
      </Base.Group>
    </Base.RadioGroup>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="mx-1 my-1 h-px bg-line" />;
}
