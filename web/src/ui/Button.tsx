import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx";

type Variant = "primary" | "secondary" | "quiet" | "danger";

const VARIANTS: Record<Variant, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong",
  secondary: "border border-line bg-raised text-text hover:bg-hover",
  quiet: "text-muted hover:bg-hover hover:text-text",
  danger: "border border-line bg-raised text-danger hover:bg-danger-soft hover:text-danger-strong",
};

const SIZES = {
  sm: "h-7 px-2.5 text-sm",
  md: "h-9 px-3.5 text-base",
  lg: "h-10 px-4 text-base",
};

export type ButtonProps = ComponentProps<"button"> & {
  variant?: Variant;
  size?: "sm" | "md" | "lg";
  /** Why the button cannot be used now. It stays focusable and says so, instead of vanishing or going mute. */
  disabledReason?: string | undefined;
  busy?: boolean;
};

export function Button({ variant = "secondary", size = "md", className, ...rest }: ButtonProps) {
  return (
    <Bare
      {...rest}
      className={cx(
        "inline-flex shrink-0 select-none items-center justify-center gap-2 whitespace-nowrap rounded-md font-medium",
        "transition-colors duration-100 pointer-coarse:min-h-11 disabled:opacity-55 aria-disabled:opacity-55",
        SIZES[size],
        VARIANTS[variant],
        className,
      )}
    />
  );
}

export type IconButtonProps = Omit<ButtonProps, "children" | "aria-label"> & {
  /** The accessible name, shown as a hint too. */
  label: string;
  children: ReactNode;
  /** Shown in the hint beside the label. */
  shortcut?: string;
};

export function IconButton({
  label,
  shortcut,
  size = "md",
  variant = "quiet",
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Bare
      data-tip={label}
      data-tip-key={shortcut}
      {...rest}
      aria-label={label}
      className={cx(
        "inline-flex shrink-0 items-center justify-center rounded-md transition-colors duration-100",
        "pointer-coarse:size-11 disabled:opacity-50 aria-disabled:opacity-50",
        size === "sm" ? "size-7" : "size-9",
        VARIANTS[variant],
        className,
      )}
    />
  );
}

function Bare({
  disabledReason,
  busy,
  onClick,
  type = "button",
  ...rest
}: Omit<ButtonProps, "variant" | "size">) {
  const off = Boolean(disabledReason) || busy;
  return (
    <button
      {...rest}
      {...(disabledReason ? { "aria-description": disabledReason, "data-tip": disabledReason } : {})}
      type={type}
      aria-disabled={off || undefined}
      aria-busy={busy || undefined}
      onClick={off ? (event) => event.preventDefault() : onClick}
    />
  );
}
