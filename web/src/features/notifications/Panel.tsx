/** What the bell opens. Loaded when it is wanted. */
import { Link } from "@tanstack/react-router";
import { type RefObject, useRef } from "react";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { Popup } from "@/ui/Popup";
import { NotificationList } from "./NotificationList";
import { useReading, useUnreadNotifications } from "./queries";

export default function Panel({
  anchor,
  onClose,
}: {
  anchor: RefObject<HTMLElement | null>;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { count } = useUnreadNotifications();
  const { readAll, readingAll } = useReading();
  const whole = useRef<HTMLDivElement>(null);
  return (
    <Popup
      anchor={anchor}
      // What is first in it reads all of them: no key pressed out of habit shall do that.
      beginAt={whole}
      label={t("notifications.title")}
      align="start"
      side="top"
      onClose={onClose}
    >
      <div
        ref={whole}
        tabIndex={-1}
        className="flex max-h-[min(34rem,75dvh)] w-[min(24rem,calc(100vw-1.5rem))] flex-col outline-none"
      >
        <div className="flex items-center justify-between gap-2 px-3 pt-2 pb-1">
          <p className="font-semibold text-base">{t("notifications.title")}</p>
          {count > 0 && (
            <Button busy={readingAll} onClick={() => readAll()}>
              {t("notifications.readAll")}
            </Button>
          )}
        </div>
        <div className="thin-scroll relative min-h-0 flex-1 overflow-y-auto">
          <NotificationList filter={{ unread: false, type: "" }} onOpened={onClose} />
        </div>
        <Link
          to="/notifications"
          onClick={onClose}
          className="mt-1 flex h-10 shrink-0 items-center justify-center rounded-md border-line border-t font-medium text-accent text-base hover:bg-hover pointer-coarse:h-11"
        >
          {t("notifications.showAll")}
        </Link>
      </div>
    </Popup>
  );
}
