import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, body } from "@/api/client";
import { reasonOf } from "@/api/errors";
import { Card } from "@/app/pages/parts";
import { useTranslation } from "@/i18n/useTranslation";
import { keys } from "@/live/keys";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { TextField } from "@/ui/TextField";
import { notify } from "@/ui/toast";
import { fieldProblem } from "../parts";

const SHORTEST = 10;

export function Password() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const change = useMutation({
    mutationFn: () =>
      body(api.POST("/api/v1/me/password", { body: { current_password: current, new_password: next } })),
    onSuccess: () => {
      setCurrent("");
      setNext("");
      notify(t("team.password.changed"));
      void cache.invalidateQueries({ queryKey: keys.sessions });
    },
  });
  const wrong = fieldProblem(change.error, "current_password");
  const weak = fieldProblem(change.error, "new_password");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!change.isPending) change.mutate();
  };
  return (
    <Card title={t("auth.password")} lead={t("team.password.lead")}>
      <form onSubmit={submit} className="flex flex-col gap-4 p-5">
        {change.error && !wrong && !weak && (
          <Notice tone="danger" role="alert">
            {reasonOf(change.error) ?? t("error.network")}
          </Notice>
        )}
        <TextField
          label={t("team.password.current")}
          type="password"
          autoComplete="current-password"
          required
          value={current}
          onChange={(event) => setCurrent(event.target.value)}
          error={wrong && t("team.password.wrong")}
          className="max-w-md"
        />
        <TextField
          label={t("team.password.new")}
          type="password"
          autoComplete="new-password"
          required
          minLength={SHORTEST}
          hint={t("auth.passwordHint", { count: SHORTEST })}
          value={next}
          onChange={(event) => setNext(event.target.value)}
          error={weak}
          className="max-w-md"
        />
        <Button type="submit" variant="primary" busy={change.isPending} className="self-start">
          {t("team.password.change")}
        </Button>
      </form>
    </Card>
  );
}
