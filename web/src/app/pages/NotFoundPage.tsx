import { Link } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { useTranslation } from "@/i18n/useTranslation";
import { EmptyState } from "@/ui/EmptyState";

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <main className="flex h-full items-center justify-center">
      <EmptyState
        heading="h1"
        icon={Compass}
        title={t("error.notFoundTitle")}
        action={
          <Link to="/inbox" className="font-medium text-accent underline underline-offset-2">
            {t("error.toInbox")}
          </Link>
        }
      >
        {t("error.notFound")}
      </EmptyState>
    </main>
  );
}
