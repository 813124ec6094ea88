import { LockKeyhole } from "lucide-react";
import { useTranslation } from "@/i18n/useTranslation";
import { EmptyState } from "@/ui/EmptyState";

export function NotAllowed({ reason }: { reason: string }) {
  const { t } = useTranslation();
  return (
    <EmptyState heading="h1" icon={LockKeyhole} title={t("permission.title")}>
      {reason}
    </EmptyState>
  );
}
