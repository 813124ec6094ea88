import type { ReactNode } from "react";
import { cx } from "./cx";

const TONES = {
  info: "bg-accent-soft text-text",
  warning: "bg-pending-soft text-text",
  danger: "bg-danger-soft text-text",
};

/** A block of text that asks to be read: an error above a form, the banner of a lost connection. */
export function Notice({
  tone = "info",
  icon,
  children,
  action,
  className,
  role,
}: {
  tone?: keyof typeof TONES;
  icon?: ReactNode;
  children: ReactNode;
  action?: ReactNode;
  className?: string;
  role?: "status" | "alert";
}) {
  return (
    <div
      role={role}
      className={cx("flex items-center gap-2.5 rounded-md px-3 py-2 text-base", TONES[tone], className)}
    >
      {icon}
      {/* Where it may wrap, what is to be done goes below sooner than the words are squeezed. */}
      <div className="min-w-0 flex-1 basis-40">{children}</div>
      {action}
    </div>
  );
}
