import type { TemplateStatus } from "@/api/types";
import { Badge } from "@/app/pages/parts";
import { useTranslation } from "@/i18n/useTranslation";

export const STATUSES: readonly TemplateStatus[] = [
  "approved",
  "pending",
  "rejected",
  "paused",
  "disabled",
  "draft",
  "unavailable",
];

const TONES = {
  approved: "good",
  pending: "warning",
  rejected: "danger",
  paused: "danger",
  disabled: "danger",
  draft: "plain",
  unavailable: "plain",
} as const;

export function StatusBadge({ status }: { status: TemplateStatus }) {
  const { t } = useTranslation();
  return <Badge tone={TONES[status]}>{t(`templates.status.${status}`)}</Badge>;
}
