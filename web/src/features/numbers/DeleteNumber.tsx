import { useState } from "react";
import { reasonOf } from "@/api/errors";
import type { Channel } from "@/api/types";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { TextField } from "@/ui/TextField";
import { notify } from "@/ui/toast";
import { useDeleteChannel } from "./queries";

/** Asks for the name to be typed: nobody deletes a number by a slip. */
export function DeleteNumber({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const remove = useDeleteChannel(channel.id);
  const matches = typed.trim().toLocaleLowerCase() === channel.label.trim().toLocaleLowerCase();
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("numbers.deleteTitle", { name: channel.label })}
      description={t("numbers.deleteLead")}
      closeLabel={t("common.close")}
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!matches) return;
          remove.mutate(undefined, {
            onSuccess: () => {
              notify(t("numbers.deleted", { name: channel.label }));
              onClose();
            },
          });
        }}
      >
        <ul className="list-disc ps-5 text-base text-muted">
          <li>{t("numbers.deleteKeeps")}</li>
          <li>{t("numbers.deleteStops")}</li>
          <li>{t("numbers.deleteProvider")}</li>
        </ul>
        {remove.error && (
          <Notice tone="danger" role="alert">
            {reasonOf(remove.error) ?? t("error.network")}
          </Notice>
        )}
        <TextField
          label={t("numbers.deleteType", { name: channel.label })}
          value={typed}
          autoComplete="off"
          onChange={(event) => setTyped(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button
            type="submit"
            variant="danger"
            busy={remove.isPending}
            disabledReason={matches ? undefined : t("numbers.deleteTypeFirst")}
          >
            {t("numbers.delete")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
