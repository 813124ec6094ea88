import { cx } from "@/ui/cx";

/** A tag's colour. Decoration: its name stands beside it. */
export function TagDot({ color, large = false }: { color: string; large?: boolean }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 8 8"
      className={cx("shrink-0 rounded-full ring-1 ring-edge/30", large ? "size-4" : "size-2")}
    >
      <circle cx="4" cy="4" r="4" fill={color} />
    </svg>
  );
}
