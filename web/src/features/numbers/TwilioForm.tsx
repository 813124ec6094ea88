import { useQuery } from "@tanstack/react-query";
import { CircleCheck, RefreshCw } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { ApiError } from "@/api/errors";
import type { TwilioSender } from "@/api/types";
import { Badge, Pending } from "@/app/pages/parts";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Notice } from "@/ui/Notice";
import { TextField } from "@/ui/TextField";
import { isSender, senderOf } from "./health";
import { AssigneeField, Check, Step, useFormError, useSuggestedAssignee } from "./parts";
import { sendersQuery, twilioQuery, useConnect } from "./queries";
import { TwilioCredentials } from "./TwilioAccount";

const TYPED = "typed";

export function TwilioForm({ onConnected }: { onConnected: (id: string) => void }) {
  const { t } = useTranslation();
  const account = useQuery(twilioQuery);
  const [replacing, setReplacing] = useState(false);
  if (!account.data) return <Pending query={account} />;
  const configured = account.data.configured && !replacing;
  return (
    <div className="flex flex-col gap-8">
      <Step at={1} title={t("numbers.twilio.account")}>
        {configured ? (
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-base">
            <CircleCheck aria-hidden="true" className="size-4.5 text-open" />
            {t("numbers.twilio.configured")}
            <code dir="ltr" className="break-all font-mono text-muted text-sm">
              {account.data.account_sid}
            </code>
            <Button size="sm" variant="quiet" onClick={() => setReplacing(true)}>
              {t("numbers.twilio.replace")}
            </Button>
          </p>
        ) : (
          <TwilioCredentials onSaved={() => setReplacing(false)} />
        )}
      </Step>
      {configured ? (
        <SenderForm onConnected={onConnected} onNotConfigured={() => void account.refetch()} />
      ) : (
        <p className="text-base text-muted sm:ps-10">{t("numbers.twilio.thenPick")}</p>
      )}
    </div>
  );
}

function SenderForm({
  onConnected,
  onNotConfigured,
}: {
  onConnected: (id: string) => void;
  onNotConfigured: () => void;
}) {
  const { t } = useTranslation();
  const senders = useQuery(sendersQuery);
  const connect = useConnect();
  const group = useId();
  const [picked, setPicked] = useState("");
  const [typed, setTyped] = useState("");
  const [label, setLabel] = useState("");
  const [assignee, setAssignee] = useSuggestedAssignee();
  const [active, setActive] = useState(true);
  const [problem, setProblem] = useState<string | null>(null);
  const error = useFormError(connect.error, ["label", "sender", "assigned_member_id"]);
  const rows = senders.data ?? [];
  // Without a list to pick from, typing is the way.
  const typing = picked === TYPED || (!senders.isPending && rows.length === 0);
  const pick = (sender: TwilioSender) => {
    setPicked(sender.phone);
    setProblem(null);
    if (!label && sender.name) setLabel(sender.name);
  };
  const submit = () => {
    const sender = senderOf(typing ? typed : picked);
    if (!isSender(sender))
      return setProblem(t(typing ? "numbers.twilio.badNumber" : "numbers.twilio.pickOne"));
    setProblem(null);
    connect.mutate(
      {
        kind: "twilio",
        label: label.trim(),
        sender,
        active,
        ...(assignee ? { assigned_member_id: assignee } : {}),
      },
      {
        onSuccess: ({ id }) => onConnected(id),
        onError: (error) => {
          if (error instanceof ApiError && error.code === "twilio_not_configured") onNotConfigured();
        },
      },
    );
  };
  const wrong = problem ?? error.at("sender");
  return (
    <form
      className="flex flex-col gap-8"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Step at={2} title={t("numbers.twilio.pick")}>
        {senders.data ? (
          <fieldset
            className="flex flex-col gap-2"
            aria-describedby={wrong && !typing ? `${group}-wrong` : undefined}
          >
            <legend className="sr-only">{t("numbers.twilio.pick")}</legend>
            {rows.map((sender) => (
              <Choice
                key={sender.sid}
                name={group}
                checked={picked === sender.phone}
                disabled={sender.connected}
                onChange={() => pick(sender)}
              >
                <bdi dir="ltr" className="font-medium tabular-nums">
                  {sender.phone}
                </bdi>
                {sender.name && <bdi className="text-muted">{sender.name}</bdi>}
                {sender.connected ? (
                  <Badge>{t("numbers.twilio.already")}</Badge>
                ) : sender.online ? (
                  <Badge tone="good">{t("numbers.twilio.online")}</Badge>
                ) : (
                  <Badge tone="warning">{t("numbers.twilio.offline", { status: sender.status })}</Badge>
                )}
              </Choice>
            ))}
            {rows.length === 0 && <Notice tone="warning">{t("numbers.twilio.noSenders")}</Notice>}
            {rows.length > 0 && (
              <Choice name={group} checked={picked === TYPED} onChange={() => setPicked(TYPED)}>
                {t("numbers.twilio.other")}
              </Choice>
            )}
            <Button
              size="sm"
              variant="quiet"
              className="self-start"
              busy={senders.isFetching}
              onClick={() => void senders.refetch()}
            >
              <RefreshCw aria-hidden="true" className="size-3.5" />
              {t("numbers.twilio.again")}
            </Button>
          </fieldset>
        ) : (
          <div className="-mx-4">
            <Pending query={senders} />
          </div>
        )}
        {typing && (
          <TextField
            label={t("numbers.twilio.sender")}
            hint={t("numbers.twilio.senderHint")}
            error={wrong}
            required
            dir="ltr"
            autoComplete="off"
            placeholder="whatsapp:+1234567890"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
        {wrong && !typing && (
          <p id={`${group}-wrong`} role="alert" className="text-danger text-sm">
            {wrong}
          </p>
        )}
      </Step>
      <Step at={3} title={t("numbers.step.name")}>
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
        <Check
          label={t("numbers.activeLabel")}
          hint={t("numbers.activeHint")}
          checked={active}
          onChange={setActive}
        />
      </Step>
      <div className="flex flex-col gap-4">
        {error.above && (
          <Notice tone="danger" role="alert">
            {error.above}
          </Notice>
        )}
        <div className="flex flex-wrap items-center justify-end gap-3">
          <p role="status" className="text-muted text-sm">
            {connect.isPending && t("numbers.checking", { name: "Twilio" })}
          </p>
          <Button type="submit" variant="primary" size="lg" busy={connect.isPending}>
            {t("numbers.checkAndConnect")}
          </Button>
        </div>
      </div>
    </form>
  );
}

function Choice({
  name,
  checked,
  disabled,
  onChange,
  children,
}: {
  name: string;
  checked: boolean;
  disabled?: boolean;
  onChange: () => void;
  children: ReactNode;
}) {
  return (
    <label
      className={cx(
        "flex min-h-11 flex-wrap items-center gap-x-2.5 gap-y-1 rounded-lg border px-3 py-2 text-base",
        checked ? "border-accent bg-accent-soft" : "border-line",
        disabled && "bg-sunken",
        !disabled && !checked && "hover:bg-hover",
      )}
    >
      <input
        type="radio"
        name={name}
        checked={checked}
        disabled={disabled}
        onChange={onChange}
        className="size-4 accent-accent"
      />
      {children}
    </label>
  );
}
