import { useState } from "react";
import type { Place } from "@/api/types";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { LocationFields } from "./LocationFields";

export default function LocationDialog({
  onSend,
  onClose,
}: {
  onSend: (place: Place) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [place, setPlace] = useState<Place | null>(null);
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("inbox.location.title")}
      closeLabel={t("common.close")}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (place) onSend(place);
        }}
      >
        <LocationFields onChange={setPlace} />
        <div className="mt-5 flex justify-end gap-2">
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" variant="primary" disabled={!place}>
            {t("inbox.location.send")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
