import { Link } from "@tanstack/react-router";
import { Settings2 } from "lucide-react";
import { useState } from "react";
import type { NotificationType } from "@/api/types";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { TabBar, tabId } from "@/ui/TabBar";
import { INPUT } from "@/ui/TextField";
import { NotificationList } from "./NotificationList";
import { useReading, useUnreadNotifications } from "./queries";
import { TYPES } from "./types";

const PANEL = "notifications-panel";

export function NotificationsPage() {
  const { t } = useTranslation();
  const [tab, setTab] = useState<"all" | "unread">("all");
  const [type, setType] = useState<NotificationType | "">("");
  const { count } = useUnreadNotifications();
  const { readAll, readingAll } = useReading();
  return (
    <div className="thin-scroll relative h-full overflow-y-auto bg-canvas">
      <div className="mx-auto w-full max-w-3xl px-4 py-6 md:px-8 md:py-8">
        <div className="mb-4 flex flex-wrap items-center gap-3">
          <h1 className="me-auto font-semibold text-xl">{t("notifications.title")}</h1>
          {count > 0 && (
            <Button busy={readingAll} onClick={() => readAll()}>
              {t("notifications.readAll")}
            </Button>
          )}
          <Link
            to="/settings/notifications"
            aria-label={t("notifications.settings")}
            data-tip={t("notifications.settings")}
            className="flex size-9 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-text pointer-coarse:size-11"
          >
            <Settings2 aria-hidden="true" className="size-4.5" />
          </Link>
        </div>
        <div className="mb-2 flex flex-wrap items-end justify-between gap-x-3 border-line border-b">
          <TabBar
            id={PANEL}
            label={t("notifications.which")}
            value={tab}
            onChange={setTab}
            className="flex"
            tabs={[
              { value: "all", label: t("notifications.all") },
              { value: "unread", label: t("notifications.onlyUnread") },
            ]}
          />
          <div className="mb-2 w-48">
            <select
              aria-label={t("notifications.kind")}
              value={type}
              onChange={(event) => setType(event.target.value as NotificationType | "")}
              className={cx(INPUT, "h-9 pointer-coarse:h-11")}
            >
              <option value="">{t("notifications.everyKind")}</option>
              {TYPES.map((one) => (
                <option key={one} value={one}>
                  {t(`notifications.type.${one}`)}
                </option>
              ))}
            </select>
          </div>
        </div>
        <div id={PANEL} role="tabpanel" aria-labelledby={tabId(PANEL, tab)}>
          <NotificationList filter={{ unread: tab === "unread", type }} />
        </div>
      </div>
    </div>
  );
}
