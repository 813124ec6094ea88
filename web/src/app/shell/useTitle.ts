import { useEffect } from "react";
import { useCountLabel, useCounts, useFreshCounts } from "@/features/inbox/queries/counts";
import { useUnreadNotifications } from "@/features/notifications/queries";
import { useTranslation } from "@/i18n/useTranslation";

/** Conversations with unread messages: what the rail and the tab's title show. */
export function useUnread(): { count: number; label: string } {
  const count = useCounts()?.unread ?? 0;
  return { count, label: useCountLabel()(count) };
}

/** Unread conversations; without any, what else wants to be read. Both at once would count the same news twice. */
export function useTitle(): void {
  const { t } = useTranslation();
  const conversations = useUnread();
  const notifications = useUnreadNotifications();
  const { count, label } = conversations.count > 0 ? conversations : notifications;
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
