import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useCountLabel, useCounts, useFreshCounts } from "@/features/inbox/queries/counts";

/** Conversations with unread messages: what the rail and the tab's title show. */
export function useUnread(): { count: number; label: string } {
  const count = useCounts()?.unread ?? 0;
  return { count, label: useCountLabel()(count) };
}

export function useTitle(): void {
  const { t } = useTranslation();
  const { count, label } = useUnread();
  const name = t("shell.inbox");
  useFreshCounts();
  const unread = count > 0;
  useEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
    if (icon) icon.href = unread ? "/icon-unread.svg" : "/icon.svg";
  }, [unread]);
  useEffect(() => {
    document.title = `${count > 0 ? `(${label}) ` : ""}${name} · Recado`;
  }, [count, label, name]);
}
