/** What an endpoint was told, newest first. */
import { useState } from "react";
import type { Delivery, DeliveryState } from "@/api/types";
import { Badge, Card, More, Pending, Rows } from "@/app/pages/parts";
import { useNow } from "@/app/useNow";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { SelectField } from "@/ui/TextField";
import { useDeliveries } from "./queries";

const STATES = ["pending", "delivered", "failed", "cancelled"] as const satisfies DeliveryState[];

const TONES = { pending: "warning", delivered: "good", failed: "danger", cancelled: "plain" } as const;

export function Deliveries({ webhook, onOpen }: { webhook: string; onOpen: (id: string) => void }) {
  const { t } = useTranslation();
  const [state, setState] = useState<DeliveryState | "">("");
  const log = useDeliveries(webhook, state);
  const rows = log.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <>
      <div className="mb-3 flex flex-wrap items-end justify-between gap-3">
        <div className="min-w-0 flex-1 basis-64">
          <h2 className="font-semibold text-lg">{t("webhooks.log")}</h2>
          <p className="text-base text-muted">{t("webhooks.logLead")}</p>
        </div>
        <SelectField
          label={t("webhooks.show")}
          value={state}
          onChange={(event) => setState(event.target.value as DeliveryState | "")}
          className="w-44"
        >
          <option value="">{t("webhooks.anyState")}</option>
          {STATES.map((state) => (
            <option key={state} value={state}>
              {t(`webhooks.state.${state}`)}
            </option>
          ))}
        </SelectField>
      </div>
      <Card>
        {rows.length > 0 ? (
          <Rows label={t("webhooks.log")}>
            {rows.map((delivery) => (
              <Row key={delivery.id} delivery={delivery} onOpen={onOpen} />
            ))}
          </Rows>
        ) : (
          <Pending query={log} empty={state ? t("webhooks.logNoneOf") : t("webhooks.logNone")} />
        )}
        {log.hasNextPage && <More busy={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()} />}
      </Card>
    </>
  );
}

function Row({ delivery, onOpen }: { delivery: Delivery; onOpen: (id: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const at = delivery.created_at;
  return (
    <li>
      <button
        type="button"
        aria-label={t("webhooks.open", { event: delivery.event, at: format.full(at) })}
        onClick={() => onOpen(delivery.id)}
        className="flex min-h-14 w-full flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 text-start hover:bg-hover"
      >
        <span className="flex min-w-0 flex-1 basis-56 flex-wrap items-center gap-x-2">
          <code dir="ltr" className="break-all font-mono text-sm">
            {delivery.event}
          </code>
          <StateOf delivery={delivery} />
        </span>
        <span className="text-muted text-sm">
          {delivery.attempts > 0 && (
            <>
              {delivery.response_status
                ? t("webhooks.answered", { status: delivery.response_status })
                : t("webhooks.noAnswer")}
              {" · "}
              {t("webhooks.attempts", { count: delivery.attempts })}
              {" · "}
            </>
          )}
          <time dateTime={at} title={format.full(at)} className="tabular-nums">
            {format.ago(at, now)}
          </time>
        </span>
      </button>
    </li>
  );
}

export function StateOf({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation();
  return <Badge tone={TONES[delivery.state]}>{t(`webhooks.state.${delivery.state}`)}</Badge>;
}
