import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { IconButton } from "./Button";
import { cx } from "./cx";

/** What one types into or chooses from. */
const FIELDS =
  "input:not([type=checkbox], [type=radio], [type=hidden], [readonly], :disabled), textarea:not(:disabled), select:not(:disabled)";

/**
 * A modal with a title. Focus goes to its first field, is trapped and goes back to where it was; Escape closes. Where there
 * is no field, or a touch screen, whose keyboard would cover what is asked, the modal itself has the focus: an Enter too many
 * shall not close what is shown only once.
 */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  closeLabel,
  wide = false,
  children,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  closeLabel: string;
  /** For what needs two columns. */
  wide?: boolean;
  children: ReactNode;
}) {
  const popup = useRef<HTMLDivElement>(null);
  const begin = () => {
    const field = popup.current?.querySelector<HTMLElement>(FIELDS);
    return field && !matchMedia("(pointer: coarse)").matches ? field : popup.current;
  };
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 animate-appear bg-[oklch(0.15_0.02_265/0.45)]" />
        <Base.Popup
          ref={popup}
          initialFocus={begin}
          className={cx(
            "fixed inset-x-4 z-40 mx-auto flex animate-appear flex-col rounded-xl border border-line bg-raised shadow-pop outline-none",
            wide ? "top-[6vh] max-h-[88vh] max-w-4xl" : "top-[12vh] max-h-[76vh] max-w-lg",
            // What is longer than the screen shows as much as it can.
            "max-md:top-[6vh] max-md:max-h-[88vh]",
          )}
        >
          <header className="flex items-start gap-3 px-5 pt-4">
            <div className="min-w-0 flex-1">
              <Base.Title className="font-semibold text-lg">{title}</Base.Title>
              {description && (
                <Base.Description className="mt-1 text-base text-muted">{description}</Base.Description>
              )}
            </div>
            <Base.Close
              render={
                <IconButton
                  label={closeLabel}
                  size="sm"
                  // Large to touch, and no lower than the title beside it.
                  className="pointer-coarse:-my-2.5 pointer-coarse:-me-2.5"
                >
                  <X className="size-4" />
                </IconButton>
              }
            />
          </header>
          <div className="thin-scroll relative overflow-y-auto px-5 pt-4 pb-5">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
