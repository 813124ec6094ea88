/** Pieces of the settings that ask for the password again. */
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { ApiError, reasonOf } from "@/api/errors";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { TextField } from "@/ui/TextField";

/** Asks for the password before something that matters. Stays open with the reason when it fails. */
export function PasswordDialog<T>({
  title,
  lead,
  action,
  danger = false,
  children,
  onConfirm,
  onDone,
  onClose,
}: {
  title: string;
  lead: string;
  action: string;
  danger?: boolean;
  children?: ReactNode;
  onConfirm: (password: string) => Promise<T>;
  onDone: (result: T) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const confirm = useMutation({ mutationFn: onConfirm, onSuccess: onDone });
  const wrong = fieldProblem(confirm.error, "password");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!confirm.isPending) confirm.mutate(password);
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={lead}
      closeLabel={t("common.close")}
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        {confirm.error && !wrong && (
          <Notice tone="danger" role="alert">
            {reasonOf(confirm.error) ?? t("error.network")}
          </Notice>
        )}
        {children}
        <TextField
          label={t("team.password.yours")}
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={wrong && t("team.password.wrong")}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" variant={danger ? "danger" : "primary"} busy={confirm.isPending}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** What the server says about this field of the form. */
export function fieldProblem(error: Error | null, field: string): string | undefined {
  return error instanceof ApiError && error.field === field ? error.message : undefined;
}
