/** Makes a key, and shows it: this once. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, body } from "@/api/client";
import { reasonOf } from "@/api/errors";
import type { Permission } from "@/api/types";
import { useMe } from "@/app/me";
import { Secret } from "@/app/pages/parts";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { SelectField, TextField } from "@/ui/TextField";
import { fieldProblem } from "../parts";
import { byNoun, KEYS, LimitField } from "./parts";

const DAY_MS = 86_400_000;
const LIFETIMES = [30, 90, 365] as const;

export function CreateKey({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const offered = useMe().permissions;
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<Permission[]>([
    "conversations:read",
    "messages:read",
    "messages:send",
  ]);
  const [days, setDays] = useState("");
  const [limit, setLimit] = useState("");
  const create = useMutation({
    mutationFn: async () =>
      (
        await body(
          api.POST("/api/v1/api-keys", {
            body: {
              name: name.trim(),
              scopes,
              ...(days ? { expires_at: new Date(Date.now() + Number(days) * DAY_MS).toISOString() } : {}),
              ...(limit ? { rate_limit: Number(limit) } : {}),
            },
          }),
        )
      ).data,
    onSuccess: () => cache.invalidateQueries({ queryKey: KEYS }),
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={create.data ? t("settings.keys.created") : t("settings.keys.create")}
      closeLabel={t("common.close")}
    >
      {create.data?.key ? (
        <div className="flex flex-col gap-5">
          <Secret label={create.data.name} value={create.data.key} hint={t("settings.keys.onceHint")} />
          <Button onClick={onClose} className="self-end">
            {t("common.done")}
          </Button>
        </div>
      ) : (
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate();
          }}
        >
          {create.error && !fieldProblem(create.error, "rate_limit") && (
            <Notice tone="danger" role="alert">
              {reasonOf(create.error) ?? t("error.network")}
            </Notice>
          )}
          <TextField
            label={t("settings.keys.name")}
            hint={t("settings.keys.nameHint")}
            required
            maxLength={80}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <fieldset>
            <legend className="mb-1.5 font-medium text-sm">{t("settings.keys.scopes")}</legend>
            <div dir="ltr" className="flex flex-col max-sm:divide-y max-sm:divide-line">
              {byNoun(offered).map(([noun, group]) => (
                <div key={noun} className="flex max-sm:flex-col max-sm:py-1.5">
                  <code
                    aria-hidden="true"
                    className="w-30 shrink-0 font-mono text-muted text-sm sm:leading-8 sm:pointer-coarse:leading-11"
                  >
                    {noun}
                  </code>
                  <div className="flex flex-wrap gap-x-5">
                    {group.map((scope) => (
                      <label
                        key={scope}
                        className="flex min-h-8 min-w-18 items-center gap-2 pointer-coarse:min-h-11"
                      >
                        <input
                          type="checkbox"
                          className="size-4 accent-accent"
                          checked={scopes.includes(scope)}
                          onChange={(event) =>
                            setScopes(
                              event.target.checked
                                ? [...scopes, scope]
                                : scopes.filter((known) => known !== scope),
                            )
                          }
                        />
                        <code className="font-mono text-sm">
                          <span className="sr-only">{noun}:</span>
                          {scope.slice(noun.length + 1)}
                        </code>
                      </label>
                    ))}
                  </div>
                </div>
              ))}
            </div>
          </fieldset>
          <SelectField
            label={t("settings.keys.lifetime")}
            value={days}
            onChange={(event) => setDays(event.target.value)}
          >
            <option value="">{t("settings.keys.noExpiry")}</option>
            {LIFETIMES.map((count) => (
              <option key={count} value={count}>
                {t("settings.keys.days", { count })}
              </option>
            ))}
          </SelectField>
          <LimitField value={limit} onChange={setLimit} error={fieldProblem(create.error, "rate_limit")} />
          <Button
            type="submit"
            variant="primary"
            busy={create.isPending}
            disabledReason={scopes.length === 0 ? t("settings.keys.noScopes") : undefined}
            className="self-end"
          >
            {t("settings.keys.create")}
          </Button>
        </form>
      )}
    </Dialog>
  );
}
