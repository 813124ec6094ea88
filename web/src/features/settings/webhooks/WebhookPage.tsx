/** One endpoint: how it does, what can be done about it, and what it was told. */
import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useState } from "react";
import { api, body } from "@/api/client";
import { reasonOf } from "@/api/errors";
import type { Webhook } from "@/api/types";
import { useCan } from "@/app/me";
import { ConfirmDialog } from "@/app/pages/ConfirmDialog";
import { NotAllowed } from "@/app/pages/NotAllowed";
import { Card, PageHeader, Pending } from "@/app/pages/parts";
import { useNow } from "@/app/useNow";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { Switch } from "@/ui/Switch";
import { notify, notifyError } from "@/ui/toast";
import { Deliveries } from "./Deliveries";
import { DeliveryDialog } from "./DeliveryDialog";
import { nameOf, takesAll } from "./events";
import { switchWebhook, useLookAgain, useWebhook } from "./queries";
import { SecretDialog } from "./SecretDialog";
import { WebhookForm } from "./WebhookForm";
import { StateBadge } from "./WebhooksPage";

export function WebhookPage() {
  const { t } = useTranslation();
  const allowed = useCan("webhooks:manage");
  const { id } = useParams({ strict: false });
  if (!allowed) return <NotAllowed reason={t("webhooks.managersOnly")} />;
  if (!id) return null;
  return (
    <>
      <Link
        to="/settings/webhooks"
        className="mb-3 inline-flex items-center gap-1.5 text-muted text-sm hover:text-text pointer-coarse:min-h-11"
      >
        <ArrowLeft aria-hidden="true" className="size-4 rtl:-scale-x-100" />
        {t("webhooks.back")}
      </Link>
      <Loaded id={id} />
    </>
  );
}

function Loaded({ id }: { id: string }) {
  const { t } = useTranslation();
  const webhook = useWebhook(id);
  if (!webhook.data) {
    return (
      <>
        <PageHeader title={t("settings.section.webhooks")} />
        <Card>
          <Pending query={webhook} empty={t("webhooks.gone")} />
        </Card>
      </>
    );
  }
  return <Page webhook={webhook.data} />;
}

function Page({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const lookAgain = useLookAgain();
  const [doing, setDoing] = useState<"edit" | "rotate" | "remove" | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const [opened, setOpened] = useState<string | null>(null);
  const { id } = webhook;
  const params = { path: { id } };
  const name = nameOf(webhook);
  const turn = useMutation({
    mutationFn: (on: boolean) => switchWebhook(id, on),
    onSuccess: async (after) => {
      notify(after.is_active ? t("webhooks.switchedOn") : t("webhooks.switchedOff"));
      await lookAgain();
    },
    onError: (error) => notifyError(reasonOf(error) ?? t("error.network")),
  });
  const test = useMutation({
    mutationFn: async () => (await body(api.POST("/api/v1/webhooks/{id}/test", { params }))).data,
    onSettled: () => lookAgain(),
  });
  return (
    <>
      <PageHeader
        title={name}
        action={
          <span className="flex items-center gap-2">
            <StateBadge webhook={webhook} />
            <Switch
              label={t("webhooks.switchNamed", { name })}
              checked={webhook.is_active}
              busy={turn.isPending}
              onChange={(on) => turn.mutate(on)}
            />
          </span>
        }
      />
      <Health webhook={webhook} />
      <Card>
        <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 px-4 py-3 text-base max-sm:grid-cols-1 max-sm:gap-y-0">
          <dt className="text-muted">{t("webhooks.url")}</dt>
          <dd className="min-w-0 break-all max-sm:mb-2">
            <bdi dir="ltr">{webhook.url}</bdi>
          </dd>
          <dt className="text-muted">{t("webhooks.events")}</dt>
          <dd className="flex min-w-0 flex-wrap gap-x-3 gap-y-1 max-sm:mb-2">
            {takesAll(webhook.events)
              ? t("webhooks.everything")
              : webhook.events.map((event) => (
                  <code key={event} dir="ltr" className="font-mono text-sm">
                    {event}
                  </code>
                ))}
          </dd>
          <dt className="text-muted">{t("webhooks.created")}</dt>
          <dd>
            <time dateTime={webhook.created_at}>{format.full(webhook.created_at)}</time>
          </dd>
        </dl>
        {webhook.old_secret_until && (
          <p className="px-4 pb-3 text-muted text-sm">
            {t("webhooks.oldUntil", { at: format.full(webhook.old_secret_until) })}
          </p>
        )}
        <div className="flex flex-wrap gap-2 border-line border-t px-4 py-3">
          <Button size="sm" variant="primary" busy={test.isPending} onClick={() => test.mutate()}>
            {t("webhooks.test")}
          </Button>
          <Button size="sm" onClick={() => setDoing("edit")}>
            {t("webhooks.edit")}
          </Button>
          <Button size="sm" onClick={() => setDoing("rotate")}>
            {t("webhooks.rotate")}
          </Button>
          <Button size="sm" variant="danger" onClick={() => setDoing("remove")}>
            {t("webhooks.remove")}
          </Button>
        </div>
        <div role="status">
          {test.data && (
            <Notice
              tone={test.data.state === "delivered" ? "info" : "danger"}
              className="mx-4 mb-3"
              action={
                <Button size="sm" onClick={() => setOpened(test.data.id)}>
                  {t("webhooks.answer")}
                </Button>
              }
            >
              {test.data.state === "delivered"
                ? t("webhooks.testDelivered", {
                    status: test.data.response_status,
                    ms: test.data.duration_ms,
                  })
                : (test.data.error ?? t("webhooks.testFailed"))}
            </Notice>
          )}
          {test.error && (
            <Notice tone="danger" className="mx-4 mb-3">
              {reasonOf(test.error) ?? t("error.network")}
            </Notice>
          )}
        </div>
      </Card>
      <Deliveries webhook={id} onOpen={setOpened} />
      {doing === "edit" && (
        <WebhookForm
          webhook={webhook}
          onClose={() => setDoing(null)}
          onDone={() => {
            setDoing(null);
            void lookAgain();
          }}
        />
      )}
      {doing === "rotate" && (
        <ConfirmDialog
          open
          onClose={() => setDoing(null)}
          title={t("webhooks.rotateTitle")}
          description={t("webhooks.rotateHint")}
          action={t("webhooks.rotate")}
          onConfirm={async () => {
            const rotated = await body(api.POST("/api/v1/webhooks/{id}/rotate-secret", { params }));
            setSecret(rotated.data.secret);
            await lookAgain();
          }}
        />
      )}
      {doing === "remove" && (
        <ConfirmDialog
          open
          onClose={() => setDoing(null)}
          title={t("webhooks.removeTitle", { name })}
          description={t("webhooks.removeHint")}
          action={t("webhooks.remove")}
          onConfirm={async () => {
            await body(api.DELETE("/api/v1/webhooks/{id}", { params }));
            notify(t("webhooks.removed"));
            await navigate({ to: "/settings/webhooks" });
          }}
        />
      )}
      {secret && <SecretDialog secret={secret} onClose={() => setSecret(null)} />}
      {opened && <DeliveryDialog webhook={webhook} id={opened} onClose={() => setOpened(null)} />}
    </>
  );
}

/** Why it is off, or what ails it. */
function Health({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { is_active, disabled_at, disabled_reason, failing_since } = webhook;
  if (!is_active && disabled_at) {
    const ago = format.ago(disabled_at, now);
    const words = {
      failing: t("webhooks.offFailing", { ago }),
      gone: t("webhooks.offGone", { ago }),
      manual: t("webhooks.offManual", { ago }),
    };
    const byHand = disabled_reason === "manual";
    return (
      <Notice tone={byHand ? "info" : "danger"} className="mb-4">
        {words[disabled_reason ?? "manual"]}
      </Notice>
    );
  }
  return (
    failing_since && (
      <Notice tone="warning" className="mb-4">
        {t("webhooks.failingSince", { at: format.full(failing_since) })}
      </Notice>
    )
  );
}
