import { useState } from "react";
import type { AutoAssign, Channel, ChannelChange } from "@/api/types";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { SelectField, TextField } from "@/ui/TextField";
import { notify } from "@/ui/toast";
import { AssigneeField, Check, useFormError } from "./parts";
import { useChangeChannel } from "./queries";

const AUTO_ASSIGN = ["off", "round_robin", "least_busy"] as const satisfies AutoAssign[];
const FIELDS = ["label", "assigned_member_id", "access_token", "app_secret"];

export function EditNumber({
  channel,
  activate,
  onClose,
}: {
  channel: Channel;
  /** Opened because it could not be switched on: that is what is wanted. */
  activate: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const change = useChangeChannel(channel.id);
  const [label, setLabel] = useState(channel.label);
  const [assignee, setAssignee] = useState(channel.assigned_member_id ?? "");
  const [active, setActive] = useState(activate || channel.status === "connected");
  const [autoAssign, setAutoAssign] = useState(channel.auto_assign);
  const [token, setToken] = useState("");
  const [secret, setSecret] = useState("");
  const error = useFormError(change.error, FIELDS);
  const wanted: ChannelChange = {
    ...(label.trim() !== channel.label ? { label: label.trim() } : {}),
    ...((assignee || null) !== channel.assigned_member_id ? { assigned_member_id: assignee || null } : {}),
    ...(active !== (channel.status === "connected") ? { active } : {}),
    ...(autoAssign !== channel.auto_assign ? { auto_assign: autoAssign } : {}),
    ...(token.trim() ? { access_token: token.trim() } : {}),
    ...(secret.trim() ? { app_secret: secret.trim() } : {}),
  };
  const save = () => {
    if (Object.keys(wanted).length === 0) return onClose();
    change.mutate(wanted, {
      onSuccess: () => {
        notify(t("numbers.saved", { name: label.trim() }));
        onClose();
      },
    });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("numbers.editTitle", { name: channel.label })}
      closeLabel={t("common.close")}
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        {error.above && (
          <Notice tone="danger" role="alert">
            {error.above}
          </Notice>
        )}
        <TextField
          label={t("numbers.label")}
          hint={t("numbers.labelHint")}
          error={error.at("label")}
          required
          maxLength={80}
          value={label}
          onChange={(event) => setLabel(event.target.value)}
        />
        <AssigneeField
          value={assignee}
          onChange={setAssignee}
          active={active}
          error={error.at("assigned_member_id")}
        />
        <SelectField
          label={t("numbers.autoAssign.label")}
          hint={t("numbers.autoAssign.hint")}
          value={autoAssign}
          onChange={(event) => setAutoAssign(event.target.value as AutoAssign)}
        >
          {AUTO_ASSIGN.map((one) => (
            <option key={one} value={one}>
              {t(`numbers.autoAssign.${one}`)}
            </option>
          ))}
        </SelectField>
        <Check
          label={t("numbers.activeLabel")}
          hint={t("numbers.activeHint")}
          checked={active}
          onChange={setActive}
        />
        {channel.kind === "meta" && (
          <fieldset className="flex flex-col gap-4 border-line border-t pt-4">
            <legend className="sr-only">{t("numbers.secrets")}</legend>
            <p className="text-muted text-sm">{t("numbers.secretsHint")}</p>
            <TextField
              label={t("numbers.meta.newToken")}
              error={error.at("access_token")}
              type="password"
              autoComplete="off"
              value={token}
              onChange={(event) => setToken(event.target.value)}
            />
            <TextField
              label={t("numbers.meta.newSecret")}
              error={error.at("app_secret")}
              type="password"
              autoComplete="off"
              value={secret}
              onChange={(event) => setSecret(event.target.value)}
            />
          </fieldset>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" variant="primary" busy={change.isPending}>
            {t("numbers.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
