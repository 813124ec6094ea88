/** One delivery: what was sent, what came back, and sending it again. */
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api, body } from "@/api/client";
import { reasonOf } from "@/api/errors";
import type { DeliveryDetails, Webhook } from "@/api/types";
import { Pending } from "@/app/pages/parts";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { notify } from "@/ui/toast";
import { StateOf } from "./Deliveries";
import { readable } from "./events";
import { useDelivery, useLookAgain } from "./queries";
import { Code } from "./SecretDialog";

export function DeliveryDialog({
  webhook,
  id,
  onClose,
}: {
  webhook: Webhook;
  id: string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const delivery = useDelivery(webhook.id, id);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={delivery.data?.event ?? t("webhooks.log")}
      closeLabel={t("common.close")}
      wide
    >
      {delivery.data ? (
        <Details webhook={webhook} delivery={delivery.data} />
      ) : (
        <Pending query={delivery} empty={t("webhooks.logNone")} />
      )}
    </Dialog>
  );
}

function Details({ webhook, delivery }: { webhook: Webhook; delivery: DeliveryDetails }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lookAgain = useLookAgain();
  const path = { id: webhook.id, delivery: delivery.id };
  const replay = useMutation({
    mutationFn: () =>
      body(api.POST("/api/v1/webhooks/{id}/deliveries/{delivery}/replay", { params: { path } })),
    onSuccess: async () => {
      notify(t("webhooks.replayed"));
      await lookAgain();
    },
  });
  const { response_status, response_body, error, duration_ms, next_try_at, last_try_at } = delivery;
  const time = (at: string) => <time dateTime={at}>{format.full(at)}</time>;
  return (
    <div className="flex flex-col gap-5">
      {replay.error && (
        <Notice tone="danger" role="alert">
          {reasonOf(replay.error) ?? t("error.network")}
        </Notice>
      )}
      <div className="flex flex-wrap items-start justify-between gap-3">
        <dl className="grid min-w-0 flex-1 basis-64 grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 text-base">
          <Fact name={t("webhooks.show")}>
            <StateOf delivery={delivery} />
          </Fact>
          <Fact name="webhook-id">
            <code dir="ltr" className="break-all font-mono text-sm">
              {delivery.event_id}
            </code>
          </Fact>
          <Fact name={t("webhooks.created")}>{time(delivery.created_at)}</Fact>
          <Fact name={t("webhooks.attemptsLabel")}>{delivery.attempts}</Fact>
          {last_try_at && <Fact name={t("webhooks.lastTry")}>{time(last_try_at)}</Fact>}
          {duration_ms !== null && (
            <Fact name={t("webhooks.took")}>{t("webhooks.milliseconds", { ms: duration_ms })}</Fact>
          )}
          {next_try_at && <Fact name={t("webhooks.nextTryAt")}>{time(next_try_at)}</Fact>}
        </dl>
        <Button
          busy={replay.isPending}
          disabledReason={webhook.is_active ? undefined : t("webhooks.replayOff")}
          onClick={() => replay.mutate()}
        >
          {t("webhooks.replay")}
        </Button>
      </div>
      <Part title={t("webhooks.answer")}>
        {error && (
          <Notice tone={delivery.state === "delivered" ? "info" : "danger"}>
            <bdi>{error}</bdi>
          </Notice>
        )}
        {response_status !== null && !error && (
          <p className="text-base">{t("webhooks.answered", { status: response_status })}</p>
        )}
        {response_body ? (
          <Code text={response_body} label={t("webhooks.answer")} />
        ) : (
          !error && (
            <p className="text-base text-muted">
              {last_try_at ? t("webhooks.emptyAnswer") : t("webhooks.notTried")}
            </p>
          )
        )}
      </Part>
      <Part title={t("webhooks.request")}>
        <Code text={readable(delivery.request_body)} label={t("webhooks.request")} />
      </Part>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-medium text-sm">{title}</h3>
      {children}
    </section>
  );
}
