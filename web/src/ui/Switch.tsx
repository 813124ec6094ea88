import { cx } from "./cx";

/** On or off, at once. */
export function Switch({
  label,
  checked,
  onChange,
  busy,
  disabledReason,
}: {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  busy?: boolean;
  /** Why it cannot be used; it stays focusable and says so. */
  disabledReason?: string | undefined;
}) {
  const off = busy || Boolean(disabledReason);
  return (
    <button
      type="button"
      role="switch"
      aria-checked={checked}
      aria-label={label}
      aria-busy={busy || undefined}
      aria-disabled={off || undefined}
      {...(disabledReason ? { "aria-description": disabledReason, "data-tip": disabledReason } : {})}
      onClick={() => !off && onChange(!checked)}
      className="inline-flex h-9 shrink-0 items-center rounded-md px-1 aria-disabled:opacity-60 pointer-coarse:h-11"
    >
      <span
        aria-hidden="true"
        className={cx(
          "flex h-5.5 w-10 items-center rounded-full transition-colors duration-100",
          checked ? "bg-accent" : "bg-edge",
        )}
      >
        <span
          className={cx(
            "size-4.5 rounded-full bg-surface transition-[margin] duration-100",
            checked ? "ms-5" : "ms-0.5",
          )}
        />
      </span>
    </button>
  );
}
