import { useState } from "react";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/TextField";
import { localInput } from "./snooze";

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
  const [now] = useState(() => Date.now());
  const [value, setValue] = useState(() => localInput(new Date(now + 24 * HOUR)));
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
          const until = new Date(value).getTime();
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
          min={localInput(new Date(now))}
          max={localInput(new Date(now + YEAR))}
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
