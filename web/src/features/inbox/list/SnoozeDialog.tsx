import { useState } from "react";
import { instant, wall } from "@/i18n/clock";
import { useTimeZone } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/TextField";

const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;

/** A time of one's own. */
export default function SnoozeDialog({
  onClose,
  onChoose,
}: {
  onClose: () => void;
  onChoose: (until: string) => void;
}) {
  const { t } = useTranslation();
  const zone = useTimeZone();
  const [now] = useState(() => Date.now());
  const [value, setValue] = useState(() => wall(new Date(now + 24 * HOUR), zone));
  const [error, setError] = useState<string>();
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("inbox.snooze.title")}
      description={t("inbox.snooze.hint")}
      closeLabel={t("common.close")}
    >
      <form
        className="flex flex-col gap-4"
        // What is wrong is said by us, in the reader's language.
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const until = instant(value, zone)?.getTime() ?? 0;
          if (!(until > Date.now() && until < Date.now() + YEAR)) {
            setError(t("inbox.snooze.outOfReach"));
            return;
          }
          onChoose(new Date(until).toISOString());
          onClose();
        }}
      >
        <TextField
          type="datetime-local"
          label={t("inbox.snooze.until")}
          required
          value={value}
          min={wall(new Date(now), zone)}
          max={wall(new Date(now + YEAR), zone)}
          error={error}
          onChange={(event) => {
            setValue(event.target.value);
            setError(undefined);
          }}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" variant="primary">
            {t("inbox.snooze.action")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
