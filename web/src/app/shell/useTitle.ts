import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useUnreadCount } from "@/features/inbox/list/unread";

/** Conversations waiting for this member or for anybody: what the rail and the tab's title show. */
export function useUnread(): { count: number; label: string } {
  return useUnreadCount({ tab: "all", status: "any" });
}

export function useTitle(): void {
  const { t } = useTranslation();
  const { count, label } = useUnread();
  const name = t("shell.inbox");
  const unread = count > 0;
  useEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
    if (icon) icon.href = unread ? "/icon-unread.svg" : "/icon.svg";
  }, [unread]);
  useEffect(() => {
    document.title = `${count > 0 ? `(${label}) ` : ""}${name} · Recado`;
  }, [count, label, name]);
}
