/** Pieces that cards, forms and the setup page share. */
import { Link } from "@tanstack/react-router";
import { ArrowLeft, FlaskConical } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { ApiError, reasonOf } from "@/api/errors";
import type { ChannelKind, Member } from "@/api/types";
import { useMe } from "@/app/me";
import { Badge } from "@/app/pages/parts";
import { useTranslation } from "@/i18n/useTranslation";
import { useMemberMap, useMembers } from "@/team/queries";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { SelectField } from "@/ui/TextField";
import type { Tone } from "./health";
import { useConnectSandbox, useSandboxOffer } from "./queries";

export function KindBadge({ kind }: { kind: ChannelKind }) {
  const { t } = useTranslation();
  return <Badge tone={kind === "sandbox" ? "warning" : "accent"}>{t(`numbers.kind.${kind}`)}</Badge>;
}

const DOTS: Record<Tone, string> = {
  good: "bg-open",
  warning: "bg-pending",
  danger: "bg-danger",
  plain: "bg-closed",
};

/** A colour beside its words; never the colour alone. */
export function Dot({ tone }: { tone: Tone }) {
  return (
    <span aria-hidden="true" className={cx("inline-block size-2.5 shrink-0 rounded-full", DOTS[tone])} />
  );
}

/** Who looks after a number. Those who have WhatsApp not enabled are shown, and cannot be chosen. */
export function AssigneeField({
  value,
  onChange,
  active,
  error,
}: {
  value: string;
  onChange: (id: string) => void;
  active: boolean;
  error?: string | undefined;
}) {
  const { t } = useTranslation();
  const members = useMembers().data ?? [];
  return (
    <SelectField
      label={t("numbers.assignee")}
      hint={t("numbers.assigneeHint")}
      error={error}
      required={active}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">{t("numbers.nobody")}</option>
      {[...members].sort(byName).map((member) => (
        <option key={member.id} value={member.id} disabled={!member.whatsapp_enabled && member.id !== value}>
          {member.whatsapp_enabled ? member.name : t("numbers.notEnabled", { name: member.name })}
        </option>
      ))}
    </SelectField>
  );
}

/** Whoever connects a number looks after it, until they choose somebody else. */
export function useSuggestedAssignee(): [string, (id: string) => void] {
  const me = useMe().member.id;
  const enabled = useMemberMap().get(me)?.whatsapp_enabled;
  const [chosen, choose] = useState<string | null>(null);
  return [chosen ?? (enabled ? me : ""), choose];
}

export function Check({
  label,
  hint,
  checked,
  onChange,
}: {
  label: string;
  hint?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  return (
    <label className="flex min-h-8 items-start gap-2.5 py-1 text-base pointer-coarse:min-h-11">
      <input
        type="checkbox"
        className="mt-0.5 size-4 shrink-0 accent-accent"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        {label}
        {hint && <span className="block text-muted text-sm">{hint}</span>}
      </span>
    </label>
  );
}

export function BackToNumbers() {
  const { t } = useTranslation();
  return (
    <Link
      to="/numbers"
      className="-ms-2 mb-2 inline-flex h-9 items-center gap-1.5 rounded-md px-2 text-base text-muted hover:bg-hover hover:text-text pointer-coarse:h-11"
    >
      <ArrowLeft aria-hidden="true" className="size-4 rtl:-scale-x-100" />
      {t("numbers.title")}
    </Link>
  );
}

/** A step of a form or a guide: its number, its name, and what belongs to it. */
export function Step({ at, title, children }: { at: ReactNode; title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3.5 gap-y-3">
      <span
        aria-hidden="true"
        className="flex size-7 shrink-0 items-center justify-center rounded-full bg-accent-soft font-semibold text-accent text-sm tabular-nums"
      >
        {at}
      </span>
      <h2 id={id} className="pt-0.5 font-semibold text-lg">
        {title}
      </h2>
      {/* On a phone it needs the whole width. */}
      <div className="flex flex-col gap-4 empty:hidden max-sm:col-span-2 sm:col-start-2">{children}</div>
    </section>
  );
}

/** The way to try things out: a simulated number where there are some, else how to get one. */
export function SandboxHint({ className = "mx-auto px-6 pb-8 text-center" }: { className?: string }) {
  const { t } = useTranslation();
  const offered = useSandboxOffer(true);
  const connect = useConnectSandbox();
  if (offered) {
    return (
      <div className={cx("flex max-w-prose flex-col items-center gap-3", className)}>
        <p className="text-muted text-sm">{t("numbers.sandbox.hint")}</p>
        <Button onClick={() => connect.mutate()} disabled={connect.isPending}>
          <FlaskConical aria-hidden="true" className="size-4" />
          {t("numbers.sandbox.connect")}
        </Button>
        {connect.error && (
          <p role="alert" className="text-danger text-sm">
            {t("numbers.sandbox.failed", { reason: connect.error.message })}
          </p>
        )}
      </div>
    );
  }
  return (
    <p className={cx("max-w-prose text-muted text-sm", className)}>
      {t("numbers.sandboxHint")}{" "}
      <code dir="ltr" className="whitespace-nowrap font-mono text-text">
        recado dev
      </code>
    </p>
  );
}

const FIXES = [
  "phone_number_id",
  "waba_id",
  "access_token",
  "app_secret",
  "sender",
  "assigned_member_id",
  "account_sid",
  "auth_token",
] as const;

/** What went wrong with a form: at its field, with what to do about it, or above the form. */
export function useFormError(error: unknown, fields: readonly string[]) {
  const { t } = useTranslation();
  const field = error instanceof ApiError && error.field && fields.includes(error.field) ? error.field : null;
  const fix = FIXES.find((known) => known === field);
  const said = reasonOf(error) ?? t("error.network");
  const above = () => {
    if (!error || field) return null;
    if (!(error instanceof ApiError)) return t("error.network");
    // What the server says of it is about names and sockets.
    if (error.code === "provider_unreachable") return t("numbers.unreachable");
    if (error.code === "already_connected") return t("numbers.alreadyConnected");
    return said;
  };
  return {
    at: (name: string) =>
      name === field ? [said, fix && t(`numbers.fix.${fix}`)].filter(Boolean).join(" ") : undefined,
    above: above(),
  };
}

function byName(a: Member, b: Member): number {
  return a.name.localeCompare(b.name);
}
