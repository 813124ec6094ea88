import { Ban, CircleHelp, Clock, CloudOff, TriangleAlert } from "lucide-react";
import type { ComponentType } from "react";
import { useTranslation } from "@/i18n/useTranslation";
import { cx } from "@/ui/cx";
import type { Bubble } from "./thread/layout";

const MARKS: Record<
  Exclude<Bubble["status"], "received">,
  { icon: ComponentType<{ className?: string }>; tone?: string }
> = {
  sending: { icon: Clock },
  waiting: { icon: CloudOff },
  queued: { icon: Clock },
  sent: { icon: Tick },
  delivered: { icon: DoubleTick },
  read: { icon: DoubleTick, tone: "text-read" },
  played: { icon: DoubleTick, tone: "text-read" },
  failed: { icon: TriangleAlert, tone: "text-danger" },
  refused: { icon: Ban, tone: "text-danger" },
  unknown: { icon: CircleHelp, tone: "text-pending" },
};

/** How far an outbound message has come: an icon, and the word for those who do not see it. */
export function Ticks({ status, className }: { status: Bubble["status"]; className?: string }) {
  const { t } = useTranslation();
  if (status === "received") return null;
  const { icon: Icon, tone } = MARKS[status];
  const label = t(`inbox.status.${status}`);
  return (
    <span className={cx("inline-flex shrink-0 items-center", tone, className)} title={label}>
      <Icon className="h-3.5 w-auto" />
      <span className="sr-only">{label}</span>
    </span>
  );
}

function Tick({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 12 12" aria-hidden="true" className={className} fill="none" stroke="currentColor">
      <path d="m1.5 6.5 3 3 6-7" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}

function DoubleTick({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 18 12" aria-hidden="true" className={className} fill="none" stroke="currentColor">
      <path
        d="m1.5 6.5 3 3 6-7M8 8.2l1.3 1.3 6-7"
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
