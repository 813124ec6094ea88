import { Search } from "lucide-react";
import type { Ref } from "react";
import { cx } from "./cx";
import { INPUT } from "./TextField";

/** A box to search in. What it says while it is empty is also its name. */
export function SearchField({
  ref,
  label,
  value,
  onChange,
  className,
}: {
  ref?: Ref<HTMLInputElement>;
  label: string;
  value: string;
  onChange: (text: string) => void;
  className?: string;
}) {
  return (
    <label className={cx("relative block", className)}>
      <span className="sr-only">{label}</span>
      <Search
        aria-hidden="true"
        className="pointer-events-none absolute start-3 top-1/2 size-4 -translate-y-1/2 text-faint"
      />
      <input
        ref={ref}
        type="search"
        value={value}
        placeholder={label}
        onChange={(event) => onChange(event.target.value)}
        className={cx(INPUT, "h-10 ps-9 pointer-coarse:h-11")}
      />
    </label>
  );
}
