/** Changes what may change in a key: its name and its limit. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, body } from "@/api/client";
import { reasonOf } from "@/api/errors";
import type { ApiKey } from "@/api/types";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { TextField } from "@/ui/TextField";
import { fieldProblem } from "../parts";
import { KEYS, LimitField } from "./parts";

export function EditKey({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [name, setName] = useState(apiKey.name);
  const [limit, setLimit] = useState(String(apiKey.rate_limit ?? ""));
  const change = useMutation({
    mutationFn: () =>
      body(
        api.PATCH("/api/v1/api-keys/{id}", {
          params: { path: { id: apiKey.id } },
          body: { name: name.trim(), rate_limit: limit ? Number(limit) : null },
        }),
      ),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: KEYS });
      onClose();
    },
  });
  const tooMany = fieldProblem(change.error, "rate_limit");
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("settings.keys.editTitle")}
      description={t("settings.keys.editHint")}
      closeLabel={t("common.close")}
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        {change.error && !tooMany && (
          <Notice tone="danger" role="alert">
            {reasonOf(change.error) ?? t("error.network")}
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
        <LimitField value={limit} onChange={setLimit} error={tooMany} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" variant="primary" busy={change.isPending}>
            {t("team.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
