import { cx } from "./cx";

export function Kbd({ children, inverted }: { children: string; inverted?: boolean }) {
  return (
    <kbd
      className={cx(
        "inline-flex h-5 min-w-5 items-center justify-center rounded-sm border px-1 font-sans text-xs",
        inverted ? "border-current/30 opacity-80" : "border-line bg-canvas text-muted",
      )}
    >
      {children}
    </kbd>
  );
}
