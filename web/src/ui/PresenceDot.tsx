import type { Availability } from "@/api/types";
import { cx } from "./cx";

const COLORS: Record<Availability, string> = {
  online: "bg-open",
  away: "bg-pending",
  // A ring, so that it is not told from the others by its colour alone.
  offline: "border-2 border-edge bg-raised",
};

/** Whether somebody is there. Decoration: the word stands beside it. */
export function PresenceDot({
  availability,
  className,
}: {
  availability: Availability;
  className?: string | undefined;
}) {
  return (
    <span
      aria-hidden="true"
      className={cx("size-2.5 shrink-0 rounded-full", COLORS[availability], className)}
    />
  );
}
