/** The second step of signing in: setting it up, its recovery codes, and going back. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ShieldCheck, ShieldOff } from "lucide-react";
import { type FormEvent, useState } from "react";
import { api, body } from "@/api/client";
import { reasonOf } from "@/api/errors";
import type { components } from "@/api/schema";
import { meQuery } from "@/app/me";
import { Badge, Card, Pending, Secret } from "@/app/pages/parts";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { TextField } from "@/ui/TextField";
import { notify } from "@/ui/toast";
import { PasswordDialog } from "../parts";

type Enrolment = components["schemas"]["Enrolment"];

/** What the page asks for at the moment. */
type Step =
  | { is: "starting" }
  | { is: "scanning"; enrolment: Enrolment }
  | { is: "codes"; codes: string[] }
  | { is: "renewing" }
  | { is: "disabling" };

const STATUS = ["two-factor"];

export function TwoFactor() {
  const { t } = useTranslation();
  const format = useFormat();
  const cache = useQueryClient();
  const [step, setStep] = useState<Step | null>(null);
  const status = useQuery({
    queryKey: STATUS,
    queryFn: async () => (await body(api.GET("/api/v1/me/two-factor"))).data,
  });
  const close = () => setStep(null);
  const changed = () => {
    void cache.invalidateQueries({ queryKey: STATUS });
    void cache.fetchQuery({ ...meQuery, staleTime: 0 }).catch(() => {});
  };
  const { data } = status;
  return (
    <Card title={t("team.twoFactor.title")} lead={t("team.twoFactor.lead")}>
      {data ? (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-3 p-5">
          {data.enabled ? (
            <ShieldCheck aria-hidden="true" className="size-6 text-open" />
          ) : (
            <ShieldOff aria-hidden="true" className="size-6 text-faint" />
          )}
          <div className="min-w-0 flex-1 basis-56">
            <p className="flex flex-wrap items-center gap-2 font-medium text-base">
              {data.enabled ? t("team.twoFactor.on") : t("team.twoFactor.off")}
              {data.enabled && data.recovery_codes_left < 3 && (
                <Badge tone="warning">
                  {t("team.twoFactor.codesLeft", { count: data.recovery_codes_left })}
                </Badge>
              )}
            </p>
            <p className="text-muted text-sm">
              {data.enabled_at
                ? t("team.twoFactor.since", {
                    at: format.full(data.enabled_at),
                    codes: t("team.twoFactor.codesLeft", { count: data.recovery_codes_left }),
                  })
                : t("team.twoFactor.offHint")}
            </p>
          </div>
          {data.enabled ? (
            <div className="flex flex-wrap gap-2">
              <Button onClick={() => setStep({ is: "renewing" })}>{t("team.twoFactor.renew")}</Button>
              <Button variant="danger" onClick={() => setStep({ is: "disabling" })}>
                {t("team.twoFactor.disable")}
              </Button>
            </div>
          ) : (
            <Button variant="primary" onClick={() => setStep({ is: "starting" })}>
              {t("team.twoFactor.enable")}
            </Button>
          )}
        </div>
      ) : (
        <Pending query={status} />
      )}
      {step?.is === "starting" && (
        <PasswordDialog
          title={t("team.twoFactor.title")}
          lead={t("team.twoFactor.passwordLead")}
          action={t("team.continue")}
          onConfirm={async (password) =>
            (await body(api.POST("/api/v1/me/two-factor", { body: { password } }))).data
          }
          onDone={(enrolment) => setStep({ is: "scanning", enrolment })}
          onClose={close}
        />
      )}
      {step?.is === "scanning" && (
        <ScanDialog
          enrolment={step.enrolment}
          onDone={(codes) => {
            changed();
            setStep({ is: "codes", codes });
          }}
          onClose={close}
        />
      )}
      {step?.is === "codes" && <CodesDialog codes={step.codes} onClose={close} />}
      {step?.is === "renewing" && (
        <PasswordDialog
          title={t("team.twoFactor.renew")}
          lead={t("team.twoFactor.renewLead")}
          action={t("team.twoFactor.renewAction")}
          onConfirm={async (password) =>
            (await body(api.POST("/api/v1/me/two-factor/recovery-codes", { body: { password } }))).data.codes
          }
          onDone={(codes) => {
            changed();
            setStep({ is: "codes", codes });
          }}
          onClose={close}
        />
      )}
      {step?.is === "disabling" && (
        <PasswordDialog
          danger
          title={t("team.twoFactor.disableTitle")}
          lead={t("team.twoFactor.disableLead")}
          action={t("team.twoFactor.disable")}
          onConfirm={(password) => body(api.POST("/api/v1/me/two-factor/disable", { body: { password } }))}
          onDone={() => {
            changed();
            close();
            notify(t("team.twoFactor.disabled"));
          }}
          onClose={close}
        />
      )}
    </Card>
  );
}

function ScanDialog({
  enrolment,
  onDone,
  onClose,
}: {
  enrolment: Enrolment;
  onDone: (codes: string[]) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [code, setCode] = useState("");
  const confirm = useMutation({
    mutationFn: async () =>
      (await body(api.POST("/api/v1/me/two-factor/confirm", { body: { code: code.trim() } }))).data.codes,
    onSuccess: onDone,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!confirm.isPending) confirm.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("team.twoFactor.scan")}
      description={t("team.twoFactor.scanLead")}
      closeLabel={t("common.close")}
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <img
          src={`data:image/svg+xml,${encodeURIComponent(enrolment.qr_svg)}`}
          alt={t("team.twoFactor.qr")}
          className="size-52 self-center rounded-lg bg-[white] p-1"
        />
        <Secret label={t("team.twoFactor.secret")} value={enrolment.secret} variant="secondary" />
        <TextField
          label={t("team.twoFactor.code")}
          hint={t("team.twoFactor.codeHint")}
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          dir="ltr"
          value={code}
          onChange={(event) => setCode(event.target.value)}
          error={confirm.error ? (reasonOf(confirm.error) ?? t("error.network")) : undefined}
        />
        <Button type="submit" variant="primary" busy={confirm.isPending} className="self-end">
          {t("team.twoFactor.confirm")}
        </Button>
      </form>
    </Dialog>
  );
}

function CodesDialog({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const { t } = useTranslation();
  const save = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`${codes.join("\n")}\n`], { type: "text/plain" }));
    link.download = "recado-recovery-codes.txt";
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("team.twoFactor.codes")}
      description={t("team.twoFactor.codesLead")}
      closeLabel={t("common.close")}
    >
      <div className="flex flex-col gap-4">
        <Notice tone="warning">{t("team.twoFactor.codesOnce")}</Notice>
        <ul
          dir="ltr"
          aria-label={t("team.twoFactor.codes")}
          className="grid grid-cols-2 gap-x-6 gap-y-1.5 rounded-md bg-sunken p-4 font-mono text-sm max-sm:grid-cols-1"
        >
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <div className="flex justify-end gap-2">
          <Button onClick={save}>{t("team.twoFactor.saveCodes")}</Button>
          <Button variant="primary" onClick={onClose}>
            {t("team.twoFactor.kept")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
