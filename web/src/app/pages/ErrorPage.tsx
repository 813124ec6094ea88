import type { ErrorComponentProps } from "@tanstack/react-router";
import { useRouter } from "@tanstack/react-router";
import { TriangleAlert } from "lucide-react";
import { ApiError, NetworkError } from "@/api/errors";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";

/** The page itself could not be shown. Says what happened and that nothing is lost. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  const router = useRouter();
  const message =
    error instanceof NetworkError
      ? t("error.network")
      : error instanceof ApiError
        ? error.message
        : t("error.page");
  return (
    <main className="flex h-full items-center justify-center" role="alert">
      <EmptyState
        heading="h1"
        icon={TriangleAlert}
        title={t("error.title")}
        action={
          <Button
            variant="primary"
            onClick={() => {
              reset();
              void router.invalidate();
            }}
          >
            {t("common.retry")}
          </Button>
        }
      >
        {message} {t("error.kept")}
        {error instanceof ApiError && error.requestId && (
          <span className="mt-2 block text-faint text-xs">
            {t("error.requestId", { id: error.requestId })}
          </span>
        )}
      </EmptyState>
    </main>
  );
}
