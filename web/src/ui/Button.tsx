import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx";
import { Tooltip } from "./Tooltip";

type Variant = "primary" | "secondary" | "quiet" | "danger";

const VARIANTS: Record<Variant, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong",
  secondary: "border border-line bg-raised text-text hover:bg-hover",
  quiet: "text-muted hover:bg-hover hover:text-text",
  danger: "border border-line bg-raised text-danger hover:bg-danger-soft hover:text-danger-strong",
};

export type ButtonProps = ComponentProps<"button"> & {
  variant?: Variant;
  size?: "sm" | "md";
  /** Why the button cannot be used now. It stays focusable and says so, instead of vanishing or going mute. */
  disabledReason?: string | undefined;
  busy?: boolean;
};

export function Button({
  variant = "secondary",
  size = "md",
  disabledReason,
  busy,
  className,
  onClick,
  type = "button",
  ...rest
}: ButtonProps) {
  const off = Boolean(disabledReason) || busy;
  const button = (
    <button
      {...rest}
      type={type}
      aria-disabled={off || undefined}
      aria-busy={busy || undefined}
      onClick={off ? (event) => event.preventDefault() : onClick}
      className={cx(
        "inline-flex shrink-0 select-none items-center justify-center gap-2 whitespace-nowrap rounded-md font-medium",
        "transition-colors duration-100 pointer-coarse:min-h-11 disabled:opacity-55 aria-disabled:opacity-55",
        size === "sm" ? "h-7 px-2.5 text-sm" : "h-9 px-3.5 text-base",
        VARIANTS[variant],
        className,
      )}
    />
  );
  return disabledReason ? <Tooltip label={disabledReason}>{button}</Tooltip> : button;
}

export type IconButtonProps = Omit<ButtonProps, "children" | "aria-label"> & {
  /** The accessible name, shown as a tooltip too. */
  label: string;
  children: ReactNode;
  /** Shown in the tooltip beside the label. */
  shortcut?: string;
};

export function IconButton({
  label,
  children,
  shortcut,
  disabledReason,
  busy,
  size = "md",
  variant = "quiet",
  className,
  onClick,
  type = "button",
  ...rest
}: IconButtonProps) {
  const off = Boolean(disabledReason) || busy;
  return (
    <Tooltip label={disabledReason ?? label} {...(shortcut ? { shortcut } : {})}>
      <button
        {...rest}
        type={type}
        aria-label={label}
        aria-disabled={off || undefined}
        onClick={off ? (event) => event.preventDefault() : onClick}
        className={cx(
          "inline-flex shrink-0 items-center justify-center rounded-md transition-colors duration-100",
          "pointer-coarse:size-11 aria-disabled:opacity-50",
          size === "sm" ? "size-7" : "size-9",
          VARIANTS[variant],
          className,
        )}
      >
        {children}
      </button>
    </Tooltip>
  );
}
