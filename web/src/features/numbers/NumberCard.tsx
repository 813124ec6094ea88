import { Link } from "@tanstack/react-router";
import { Ellipsis, Pencil, RefreshCw, Star, Trash2 } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { ApiError, reasonOf } from "@/api/errors";
import type { Channel } from "@/api/types";
import { Badge } from "@/app/pages/parts";
import { useNow } from "@/app/useNow";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { qualityOf } from "@/team/quality";
import { useMemberMap } from "@/team/queries";
import { Avatar } from "@/ui/Avatar";
import { Button, IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Menu, MenuItem, MenuSeparator } from "@/ui/Menu";
import { Notice } from "@/ui/Notice";
import { Switch } from "@/ui/Switch";
import { notify, notifyError } from "@/ui/toast";
import { DeleteNumber } from "./DeleteNumber";
import { EditNumber } from "./EditNumber";
import { dailyLimit, errorReason, qualityTone, type State, stateOf, toneOf } from "./health";
import { Dot, KindBadge } from "./parts";
import { useChangeChannel, useCheckChannel } from "./queries";

const QUALITY_TEXT = {
  good: "text-open",
  warning: "text-pending",
  danger: "text-danger",
  plain: "text-muted",
} as const;

export function NumberCard({ channel, manages }: { channel: Channel; manages: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const title = useId();
  const change = useChangeChannel(channel.id);
  const check = useCheckChannel(channel.id);
  const [editing, setEditing] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const state = stateOf(channel);
  const needsMember = change.error instanceof ApiError && change.error.field === "assigned_member_id";
  return (
    <article aria-labelledby={title} className="rounded-xl border border-line bg-surface">
      <header className="flex items-start gap-3 px-4 pt-4 md:px-5">
        <div className="min-w-0 flex-1">
          <h2 id={title} className="flex flex-wrap items-center gap-x-2 gap-y-1 font-semibold text-lg">
            <bdi className="min-w-0 break-words">{channel.label}</bdi>
            <KindBadge kind={channel.kind} />
            {channel.is_default && <Badge>{t("numbers.default")}</Badge>}
          </h2>
          <p className="text-muted text-base tabular-nums">
            <bdi dir="ltr">{channel.display_phone}</bdi>
          </p>
        </div>
        <div className="flex items-center gap-1">
          <span aria-hidden="true" className="text-muted text-sm max-sm:hidden">
            {t(channel.status === "connected" ? "numbers.active" : "numbers.inactive")}
          </span>
          <Switch
            label={t("numbers.activeNamed", { name: channel.label })}
            checked={channel.status === "connected"}
            busy={change.isPending}
            disabledReason={manages ? undefined : t("permission.channelsManage")}
            onChange={(active) => change.mutate({ active })}
          />
          {manages && (
            <Menu
              align="end"
              trigger={
                <IconButton label={t("numbers.moreNamed", { name: channel.label })}>
                  <Ellipsis aria-hidden="true" className="size-4.5" />
                </IconButton>
              }
            >
              <MenuItem onClick={() => setEditing(true)}>
                <Pencil aria-hidden="true" className="size-4" />
                {t("numbers.edit")}
              </MenuItem>
              {!channel.is_default && (
                <MenuItem onClick={() => change.mutate({ is_default: true })}>
                  <Star aria-hidden="true" className="size-4" />
                  {t("numbers.makeDefault")}
                </MenuItem>
              )}
              <MenuSeparator />
              <MenuItem className="text-danger" onClick={() => setDeleting(true)}>
                <Trash2 aria-hidden="true" className="size-4" />
                {t("numbers.delete")}
              </MenuItem>
            </Menu>
          )}
        </div>
      </header>
      {change.error && !editing && (
        <Notice
          tone="danger"
          role="alert"
          className="mx-4 mt-3 flex-wrap md:mx-5"
          action={
            needsMember && (
              <Button size="sm" onClick={() => setEditing(true)}>
                {t("numbers.chooseMember")}
              </Button>
            )
          }
        >
          {needsMember ? t("numbers.needsMember") : (reasonOf(change.error) ?? t("error.network"))}
        </Notice>
      )}
      <Health
        channel={channel}
        state={state}
        onNewAccess={manages && channel.kind === "meta" ? () => setEditing(true) : undefined}
      />
      {manages && (
        <footer className="flex flex-wrap items-center gap-2 border-line border-t px-4 py-3 md:px-5">
          <Button
            size="sm"
            busy={check.isPending}
            onClick={() =>
              check.mutate(undefined, {
                onSuccess: () => notify(t("numbers.checked", { name: channel.label })),
                onError: (error) =>
                  notifyError(t("numbers.checkFailed"), reasonOf(error) ?? t("error.network")),
              })
            }
          >
            <RefreshCw aria-hidden="true" className={cx("size-3.5", check.isPending && "animate-spin")} />
            {t("numbers.checkNow")}
          </Button>
          <Link
            to="/numbers/$id"
            params={{ id: channel.id }}
            className="inline-flex h-7 items-center rounded-md px-2.5 font-medium text-accent text-sm hover:bg-hover pointer-coarse:h-11"
          >
            {t(channel.kind === "sandbox" ? "numbers.tryIt" : "numbers.setupAndTest")}
          </Link>
          {channel.health.checked_at && (
            <span className="ms-auto text-muted text-sm">
              {t("numbers.lastChecked", { ago: format.ago(channel.health.checked_at, now) })}
            </span>
          )}
        </footer>
      )}
      {editing && (
        <EditNumber
          channel={channel}
          activate={needsMember}
          onClose={() => {
            setEditing(false);
            change.reset();
          }}
        />
      )}
      {deleting && <DeleteNumber channel={channel} onClose={() => setDeleting(false)} />}
    </article>
  );
}

function Health({
  channel,
  state,
  onNewAccess,
}: {
  channel: Channel;
  state: State;
  onNewAccess: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const members = useMemberMap();
  const { health } = channel;
  const limit = dailyLimit(health.limit);
  const quality = qualityOf(health.quality);
  const assignee = channel.assigned_member_id;
  const member = assignee ? members.get(assignee) : undefined;
  const ago = (iso: string) => (
    <time dateTime={iso} title={format.full(iso)}>
      {format.ago(iso, now)}
    </time>
  );
  return (
    <div className="px-4 pt-3 pb-4 md:px-5">
      <p className="flex items-start gap-2 text-base">
        <span className="flex h-5 items-center">
          <Dot tone={toneOf(state)} />
        </span>
        <span>
          <span className="font-medium">{t(`numbers.state.${state}`)}</span>{" "}
          <span className="text-muted">{t(`numbers.stateHint.${state}`)}</span>
        </span>
      </p>
      {channel.status === "connected" && health.trouble && (
        <Notice tone="danger" className="mt-3">
          {health.trouble}
        </Notice>
      )}
      {health.last_error && (
        <Notice
          tone={state === "ready" ? "info" : "warning"}
          className="mt-3 flex-wrap"
          action={
            onNewAccess &&
            health.last_error.reason === "number_unhealthy" && (
              <Button size="sm" onClick={onNewAccess}>
                {t("numbers.enterAccess")}
              </Button>
            )
          }
        >
          <p className="font-medium">
            {t(`numbers.problem.${errorReason(health.last_error.reason)}`)}{" "}
            <span className="font-normal text-muted">{ago(health.last_error.at)}</span>
          </p>
          <p>{t(`numbers.problemHint.${errorReason(health.last_error.reason)}`)}</p>
          {health.last_error.message && (
            <p className="mt-1 text-muted text-sm">
              {t("numbers.saidBy", { kind: t(`numbers.kind.${channel.kind}`) })}{" "}
              <bdi>{health.last_error.message}</bdi>
            </p>
          )}
        </Notice>
      )}
      <dl className="mt-4 grid grid-cols-2 gap-x-6 gap-y-3 max-sm:grid-cols-1">
        {channel.kind !== "sandbox" && (
          <>
            <Fact name={t("numbers.quality.title")} hint={t(`numbers.quality.hint.${quality}`)}>
              <span
                className={cx(
                  "inline-flex items-center gap-1.5 font-medium",
                  QUALITY_TEXT[qualityTone(quality)],
                )}
              >
                <Dot tone={qualityTone(quality)} />
                {t(`numbers.quality.${quality}`)}
              </span>
            </Fact>
            <Fact name={t("numbers.limit.title")} hint={t("numbers.limit.hint")}>
              {limit === "unlimited"
                ? t("numbers.limit.unlimited")
                : limit === null
                  ? t("numbers.limit.unknown")
                  : t("numbers.limit.perDay", { count: limit, shown: format.number(limit) })}
            </Fact>
          </>
        )}
        <Fact name={t("numbers.assignee")}>
          {member ? (
            <span className="inline-flex items-center gap-1.5">
              <Avatar id={member.id} name={member.name} url={member.avatar_url} size="sm" />
              <bdi>{member.name}</bdi>
            </span>
          ) : (
            t(assignee ? "numbers.formerMember" : "numbers.nobody")
          )}
        </Fact>
        <Fact name={t("numbers.lastWebhook")}>
          {health.last_webhook_at ? ago(health.last_webhook_at) : t("numbers.never")}
        </Fact>
      </dl>
    </div>
  );
}

function Fact({ name, hint, children }: { name: string; hint?: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-muted text-sm">{name}</dt>
      <dd className="text-base">
        {children}
        {hint && <span className="block text-muted text-sm">{hint}</span>}
      </dd>
    </div>
  );
}
