import { useState } from "react";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { TextField } from "@/ui/TextField";
import { newVerifyToken } from "./health";
import { AssigneeField, Check, Step, useFormError, useSuggestedAssignee } from "./parts";
import { useConnect } from "./queries";

const FIELDS = [
  "label",
  "assigned_member_id",
  "phone_number_id",
  "waba_id",
  "access_token",
  "app_secret",
  "verify_token",
];

export function MetaForm({ onConnected }: { onConnected: (id: string) => void }) {
  const { t } = useTranslation();
  const connect = useConnect();
  const [assignee, setAssignee] = useSuggestedAssignee();
  const [active, setActive] = useState(true);
  const [verifyToken] = useState(() => newVerifyToken());
  const [form, setForm] = useState({
    label: "",
    phone_number_id: "",
    waba_id: "",
    access_token: "",
    app_secret: "",
  });
  const error = useFormError(connect.error, FIELDS);
  const field = (name: keyof typeof form) => ({
    label: t(`numbers.meta.${name}`),
    hint: t(`numbers.meta.hint.${name}`),
    error: error.at(name),
    required: true,
    value: form[name],
    onChange: (event: { target: { value: string } }) => setForm({ ...form, [name]: event.target.value }),
  });
  const text = { autoComplete: "off", spellCheck: false, dir: "ltr" } as const;
  return (
    <form
      className="flex flex-col gap-8"
      onSubmit={(event) => {
        event.preventDefault();
        connect.mutate(
          {
            kind: "meta",
            label: form.label.trim(),
            phone_number_id: form.phone_number_id.trim(),
            waba_id: form.waba_id.trim(),
            access_token: form.access_token.trim(),
            app_secret: form.app_secret.trim(),
            verify_token: verifyToken,
            active,
            ...(assignee ? { assigned_member_id: assignee } : {}),
          },
          { onSuccess: ({ id }) => onConnected(id) },
        );
      }}
    >
      <Step at={1} title={t("numbers.step.name")}>
        <TextField {...field("label")} maxLength={80} />
        <AssigneeField
          value={assignee}
          onChange={setAssignee}
          active={active}
          error={error.at("assigned_member_id")}
        />
        <Check
          label={t("numbers.activeLabel")}
          hint={t("numbers.activeHint")}
          checked={active}
          onChange={setActive}
        />
      </Step>
      <Step at={2} title={t("numbers.step.ids")}>
        <p className="text-base text-muted">{t("numbers.meta.idsLead")}</p>
        <div className="grid grid-cols-2 gap-4 max-sm:grid-cols-1">
          <TextField {...field("phone_number_id")} {...text} inputMode="numeric" />
          <TextField {...field("waba_id")} {...text} inputMode="numeric" />
        </div>
      </Step>
      <Step at={3} title={t("numbers.step.secrets")}>
        <p className="text-base text-muted">{t("numbers.meta.secretsLead")}</p>
        <TextField {...field("access_token")} {...text} type="password" />
        <TextField {...field("app_secret")} {...text} type="password" />
      </Step>
      <div className="flex flex-col gap-4">
        {error.above && (
          <Notice tone="danger" role="alert">
            {error.above}
          </Notice>
        )}
        <div className="flex flex-wrap items-center justify-end gap-3">
          <p role="status" className="text-muted text-sm">
            {connect.isPending && t("numbers.checking", { name: "Meta" })}
          </p>
          <Button type="submit" variant="primary" size="lg" busy={connect.isPending}>
            {t("numbers.checkAndConnect")}
          </Button>
        </div>
      </div>
    </form>
  );
}
