/** Where events go, and which. */
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, body } from "@/api/client";
import { reasonOf } from "@/api/errors";
import type { Webhook, WebhookChoice, WebhookWithSecret } from "@/api/types";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { TextField } from "@/ui/TextField";
import { fieldProblem } from "../parts";
import { grouped, takesAll } from "./events";

const FIRST: WebhookChoice[] = ["message.received", "message.status_updated"];

export function WebhookForm({
  webhook,
  onClose,
  onDone,
}: {
  /** None: a new one. */
  webhook: Webhook | null;
  onClose: () => void;
  /** With its secret, if it is new. */
  onDone: (made: WebhookWithSecret | null) => void;
}) {
  const { t } = useTranslation();
  const [url, setUrl] = useState(webhook?.url ?? "https://");
  const [description, setDescription] = useState(webhook?.description ?? "");
  const [all, setAll] = useState(webhook ? takesAll(webhook.events) : false);
  const [some, setSome] = useState<WebhookChoice[]>(
    webhook && !takesAll(webhook.events) ? webhook.events : FIRST,
  );
  const save = useMutation({
    mutationFn: async () => {
      const form = {
        url: url.trim(),
        description: description.trim(),
        events: all ? (["*"] satisfies WebhookChoice[]) : some,
      };
      if (!webhook) return (await body(api.POST("/api/v1/webhooks", { body: form }))).data;
      const params = { path: { id: webhook.id } };
      await body(api.PATCH("/api/v1/webhooks/{id}", { params, body: form }));
      return null;
    },
    onSuccess: onDone,
  });
  const wrongUrl = fieldProblem(save.error, "url");
  const wrongDescription = fieldProblem(save.error, "description");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={webhook ? t("webhooks.editTitle") : t("webhooks.add")}
      closeLabel={t("common.close")}
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        {save.error && !wrongUrl && !wrongDescription && (
          <Notice tone="danger" role="alert">
            {reasonOf(save.error) ?? t("error.network")}
          </Notice>
        )}
        <TextField
          label={t("webhooks.url")}
          hint={t("webhooks.urlHint")}
          required
          dir="ltr"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          maxLength={2000}
          value={url}
          onChange={(event) => setUrl(event.target.value)}
          error={wrongUrl}
        />
        <TextField
          label={t("webhooks.description")}
          hint={t("webhooks.descriptionHint")}
          maxLength={200}
          value={description}
          onChange={(event) => setDescription(event.target.value)}
          error={wrongDescription}
        />
        <fieldset className="flex flex-col">
          <legend className="mb-1.5 font-medium text-sm">{t("webhooks.events")}</legend>
          <Choice label={t("webhooks.allEvents")} checked={all} onChange={() => setAll(true)} />
          <Choice label={t("webhooks.someEvents")} checked={!all} onChange={() => setAll(false)} />
        </fieldset>
        {!all && <Picker picked={some} onChange={setSome} />}
        <Button
          type="submit"
          variant="primary"
          busy={save.isPending}
          disabledReason={!all && some.length === 0 ? t("webhooks.noEvents") : undefined}
          className="self-end"
        >
          {webhook ? t("webhooks.save") : t("webhooks.add")}
        </Button>
      </form>
    </Dialog>
  );
}

function Choice({ label, checked, onChange }: { label: string; checked: boolean; onChange: () => void }) {
  return (
    <label className="flex min-h-8 items-center gap-2.5 text-base pointer-coarse:min-h-11">
      <input
        type="radio"
        name="which"
        className="size-4 accent-accent"
        checked={checked}
        onChange={onChange}
      />
      {label}
    </label>
  );
}

function Picker({
  picked,
  onChange,
}: {
  picked: WebhookChoice[];
  onChange: (picked: WebhookChoice[]) => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="grid grid-cols-[auto_auto] justify-between gap-x-4 gap-y-3 max-sm:grid-cols-1">
      {grouped().map(([group, events]) => (
        <fieldset key={group} className="flex flex-col">
          <legend className="mb-1 font-medium text-muted text-sm">{t(`webhooks.group.${group}`)}</legend>
          {events.map((event) => (
            <label key={event} className="flex min-h-8 items-center gap-2.5 pointer-coarse:min-h-11">
              <input
                type="checkbox"
                className="size-4 accent-accent"
                checked={picked.includes(event)}
                onChange={(change) =>
                  onChange(
                    change.target.checked ? [...picked, event] : picked.filter((known) => known !== event),
                  )
                }
              />
              <code dir="ltr" className="min-w-0 break-words font-mono text-sm">
                {event}
              </code>
            </label>
          ))}
        </fieldset>
      ))}
    </div>
  );
}
