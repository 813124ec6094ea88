/** The endpoints that are told what happens. */
import { Link } from "@tanstack/react-router";
import { ChevronRight, Plus, Webhook as WebhookIcon } from "lucide-react";
import { useState } from "react";
import type { Webhook, WebhookWithSecret } from "@/api/types";
import { useCan } from "@/app/me";
import { NotAllowed } from "@/app/pages/NotAllowed";
import { Badge, Card, PageHeader, Pending, Rows } from "@/app/pages/parts";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { nameOf, takesAll } from "./events";
import { useLookAgain, useWebhooks } from "./queries";
import { SecretDialog } from "./SecretDialog";
import { WebhookForm } from "./WebhookForm";

export function WebhooksPage() {
  const { t } = useTranslation();
  const allowed = useCan("webhooks:manage");
  const webhooks = useWebhooks(allowed);
  const lookAgain = useLookAgain();
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<WebhookWithSecret | null>(null);
  if (!allowed) return <NotAllowed reason={t("webhooks.managersOnly")} />;
  const rows = webhooks.data ?? [];
  return (
    <>
      <PageHeader
        title={t("settings.section.webhooks")}
        lead={t("webhooks.lead")}
        action={
          <Button variant="primary" onClick={() => setAdding(true)}>
            <Plus aria-hidden="true" className="size-4" />
            {t("webhooks.add")}
          </Button>
        }
      />
      <Card>
        {rows.length > 0 ? (
          <Rows label={t("settings.section.webhooks")}>
            {rows.map((webhook) => (
              <Row key={webhook.id} webhook={webhook} />
            ))}
          </Rows>
        ) : (
          <Pending query={webhooks} empty={t("webhooks.none")} />
        )}
      </Card>
      {adding && (
        <WebhookForm
          webhook={null}
          onClose={() => setAdding(false)}
          onDone={(made) => {
            setAdding(false);
            if (made) setMade(made);
            void lookAgain();
          }}
        />
      )}
      {made && <SecretDialog secret={made.secret} onClose={() => setMade(null)} />}
    </>
  );
}

function Row({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const events = takesAll(webhook.events)
    ? t("webhooks.everything")
    : t("webhooks.eventCount", { count: webhook.events.length });
  return (
    <li>
      <Link
        to="/settings/webhooks/$id"
        params={{ id: webhook.id }}
        className="flex min-h-16 items-center gap-3 px-4 py-3 hover:bg-hover"
      >
        <WebhookIcon aria-hidden="true" className="size-5 shrink-0 text-faint" />
        <span className="min-w-0 flex-1">
          <span className="flex flex-wrap items-center gap-x-2 font-medium text-base">
            <bdi>{nameOf(webhook)}</bdi>
            <StateBadge webhook={webhook} />
          </span>
          <span className="block truncate text-muted text-sm">
            {events}
            {" · "}
            <bdi dir="ltr">{webhook.url}</bdi>
          </span>
        </span>
        <ChevronRight aria-hidden="true" className="size-4 shrink-0 text-faint rtl:-scale-x-100" />
      </Link>
    </li>
  );
}

export function StateBadge({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  if (!webhook.is_active) {
    const byHand = webhook.disabled_reason === "manual";
    return <Badge tone={byHand ? "plain" : "danger"}>{t("webhooks.off")}</Badge>;
  }
  return webhook.failing_since ? (
    <Badge tone="warning">{t("webhooks.failing")}</Badge>
  ) : (
    <Badge tone="good">{t("webhooks.active")}</Badge>
  );
}
