/** An inbox that nothing can come into yet, and the way to change that. */
import { Link } from "@tanstack/react-router";
import { Rocket } from "lucide-react";
import { useTranslation } from "@/i18n/useTranslation";
import { useChannels } from "@/team/queries";
import { EmptyState } from "@/ui/EmptyState";

export function Welcome() {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={Rocket}
      title={t("inbox.welcome.title")}
      action={
        <Link
          to="/welcome"
          className="inline-flex h-9 items-center rounded-md bg-accent px-3.5 font-medium text-base text-on-accent hover:bg-accent-strong pointer-coarse:h-11"
        >
          {t("inbox.welcome.action")}
        </Link>
      }
    >
      {t("inbox.welcome.hint")}
    </EmptyState>
  );
}

/** Nothing is connected, as far as is known. */
export function useIsUnconnected(): boolean {
  const channels = useChannels().data;
  return channels !== undefined && !channels.some(({ status }) => status !== "deleted");
}
