import {
  Ban,
  Check,
  CheckCheck,
  CircleHelp,
  Clock,
  CloudOff,
  type LucideIcon,
  TriangleAlert,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { cx } from "@/ui/cx";
import type { Bubble } from "./thread/layout";

const MARKS: Record<Exclude<Bubble["status"], "received">, { icon: LucideIcon; tone?: string }> = {
  sending: { icon: Clock },
  waiting: { icon: CloudOff },
  queued: { icon: Clock },
  sent: { icon: Check },
  delivered: { icon: CheckCheck },
  read: { icon: CheckCheck, tone: "text-read" },
  played: { icon: CheckCheck, tone: "text-read" },
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
      <Icon aria-hidden="true" className="size-3.5" strokeWidth={2.25} />
      <span className="sr-only">{label}</span>
    </span>
  );
}
