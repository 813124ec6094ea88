import { AlertDialog } from "@base-ui/react/alert-dialog";
import { useState } from "react";
import { reasonOf } from "@/api/errors";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";

/** Asks before something that cannot be undone. Stays open with the reason when it fails. */
export function ConfirmDialog({
  open,
  onClose,
  title,
  description,
  action,
  onConfirm,
}: {
  open: boolean;
  onClose: () => void;
  title: string;
  description: string;
  action: string;
  onConfirm: () => Promise<unknown>;
}) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const confirm = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setProblem(reasonOf(error) ?? t("error.network"));
    } finally {
      setBusy(false);
    }
  };
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 z-40 animate-appear bg-[oklch(0.15_0.02_265/0.45)]" />
        <AlertDialog.Popup className="fixed inset-x-4 top-[20vh] z-40 mx-auto max-w-md animate-appear rounded-xl border border-line bg-raised p-5 shadow-pop outline-none">
          <AlertDialog.Title className="font-semibold text-lg">{title}</AlertDialog.Title>
          <AlertDialog.Description className="mt-1 text-base text-muted">
            {description}
          </AlertDialog.Description>
          {problem && (
            <Notice tone="danger" role="alert" className="mt-3">
              {problem}
            </Notice>
          )}
          <div className="mt-5 flex justify-end gap-2">
            <AlertDialog.Close render={<Button>{t("common.cancel")}</Button>} />
            <Button variant="danger" busy={busy} onClick={() => void confirm()}>
              {action}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
