/** What the menu offers. Drawn when it opens, so that the times are those of that moment. */
import { AlarmClock, CalendarClock, MessageCircleReply, Sun } from "lucide-react";
import type { Snooze } from "@/api/types";
import { useFormat, useTimeZone } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { MenuItem, MenuSeparator } from "@/ui/Menu";
import { snoozeChoices } from "./snooze";

export default function SnoozeItems({
  snoozed,
  onSnooze,
  onChoose,
}: {
  snoozed: boolean;
  onSnooze: (snooze: Snooze | null) => void;
  /** Lets them choose a time of their own. */
  onChoose: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const zone = useTimeZone();
  const now = new Date();
  return (
    <>
      {snoozeChoices(now, zone).map(({ id, until }) => (
        <MenuItem key={id} onClick={() => onSnooze({ until: until.toISOString() })}>
          <AlarmClock aria-hidden="true" className="size-4 text-muted" />
          <span className="min-w-0 flex-1">{t(`inbox.snooze.${id}`)}</span>
          <span className="ps-4 text-faint text-sm tabular-nums">
            {format.coming(until.toISOString(), now.getTime())}
          </span>
        </MenuItem>
      ))}
      <MenuItem onClick={() => onSnooze({ until: null })}>
        <MessageCircleReply aria-hidden="true" className="size-4 text-muted" />
        {t("inbox.snooze.reply")}
      </MenuItem>
      <MenuItem onClick={onChoose}>
        <CalendarClock aria-hidden="true" className="size-4 text-muted" />
        {t("inbox.snooze.choose")}
      </MenuItem>
      {snoozed && (
        <>
          <MenuSeparator />
          <MenuItem onClick={() => onSnooze(null)}>
            <Sun aria-hidden="true" className="size-4 text-muted" />
            {t("inbox.snooze.wake")}
          </MenuItem>
        </>
      )}
    </>
  );
}
