/** The account at Twilio that all of its numbers are reached through: given once. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ConfirmDialog } from "@/app/pages/ConfirmDialog";
import { Card, Pending } from "@/app/pages/parts";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { TextField } from "@/ui/TextField";
import { notify } from "@/ui/toast";
import { useFormError } from "./parts";
import { forgetTwilio, twilioQuery, useSaveTwilio } from "./queries";

/** On the page of numbers, as soon as there is something to show or to mend. */
export function TwilioSection({ shown }: { shown: boolean }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const account = useQuery(twilioQuery);
  const [changing, setChanging] = useState(false);
  const [leaving, setLeaving] = useState(false);
  if (!shown && !account.data?.configured) return null;
  return (
    <div className="mt-8">
      <Card title={t("numbers.twilio.account")} lead={t("numbers.twilio.accountLead")}>
        {account.data ? (
          <div className="flex flex-wrap items-center gap-3 px-4 py-3">
            <p className="min-w-0 flex-1 basis-60 text-base">
              {account.data.configured ? (
                <>
                  {t("numbers.twilio.configured")}{" "}
                  <code dir="ltr" className="break-all font-mono text-muted text-sm">
                    {account.data.account_sid}
                  </code>
                </>
              ) : (
                t("numbers.twilio.missing")
              )}
            </p>
            <span className="flex gap-2">
              <Button size="sm" onClick={() => setChanging(true)}>
                {t(account.data.configured ? "numbers.twilio.replace" : "numbers.twilio.give")}
              </Button>
              {account.data.configured && (
                <Button size="sm" variant="danger" onClick={() => setLeaving(true)}>
                  {t("numbers.twilio.forget")}
                </Button>
              )}
            </span>
          </div>
        ) : (
          <Pending query={account} />
        )}
      </Card>
      {changing && (
        <Dialog
          open
          onOpenChange={(open) => !open && setChanging(false)}
          title={t("numbers.twilio.account")}
          closeLabel={t("common.close")}
        >
          <TwilioCredentials
            onSaved={() => {
              notify(t("numbers.twilio.saved"));
              setChanging(false);
            }}
          />
        </Dialog>
      )}
      {leaving && (
        <ConfirmDialog
          open
          onClose={() => setLeaving(false)}
          title={t("numbers.twilio.forgetTitle")}
          description={t("numbers.twilio.forgetHint")}
          action={t("numbers.twilio.forget")}
          onConfirm={() => forgetTwilio(cache)}
        />
      )}
    </div>
  );
}

export function TwilioCredentials({ onSaved }: { onSaved: () => void }) {
  const { t } = useTranslation();
  const save = useSaveTwilio();
  const [sid, setSid] = useState("");
  const [token, setToken] = useState("");
  const error = useFormError(save.error, ["account_sid", "auth_token"]);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ account_sid: sid.trim(), auth_token: token.trim() }, { onSuccess: onSaved });
      }}
    >
      <p className="text-base text-muted">{t("numbers.twilio.where")}</p>
      {error.above && (
        <Notice tone="danger" role="alert">
          {error.above}
        </Notice>
      )}
      <TextField
        label={t("numbers.twilio.sid")}
        hint={t("numbers.twilio.sidHint")}
        error={error.at("account_sid")}
        required
        autoComplete="off"
        spellCheck={false}
        dir="ltr"
        value={sid}
        onChange={(event) => setSid(event.target.value)}
      />
      <TextField
        label={t("numbers.twilio.token")}
        hint={t("numbers.twilio.tokenHint")}
        error={error.at("auth_token")}
        required
        type="password"
        autoComplete="off"
        dir="ltr"
        value={token}
        onChange={(event) => setToken(event.target.value)}
      />
      <div className="flex flex-wrap items-center justify-end gap-3">
        <p role="status" className="text-muted text-sm">
          {save.isPending && t("numbers.checking", { name: "Twilio" })}
        </p>
        <Button type="submit" variant="primary" busy={save.isPending}>
          {t("numbers.twilio.checkAndSave")}
        </Button>
      </div>
    </form>
  );
}
