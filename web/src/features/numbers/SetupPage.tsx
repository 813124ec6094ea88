/** What is left to do after a number was connected: let the provider call us, and see a first message arrive. */
import { Link, useParams } from "@tanstack/react-router";
import { CircleCheck, ExternalLink, LoaderCircle } from "lucide-react";
import { useEffect, useState } from "react";
import type { Channel } from "@/api/types";
import { useCan } from "@/app/me";
import { NotAllowed } from "@/app/pages/NotAllowed";
import { PageFrame, PageHeader, Pending, PRIMARY_LINK, Secret } from "@/app/pages/parts";
import { useNow } from "@/app/useNow";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { useLive } from "@/live/context";
import { useChannels } from "@/team/queries";
import { Notice } from "@/ui/Notice";
import { chatLink } from "./health";
import { BackToNumbers, KindBadge, Step } from "./parts";
import { useSandboxUrl, useWholeChannel } from "./queries";

export function SetupPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: "/app/numbers/$id" });
  const allowed = useCan("channels:manage");
  const channels = useChannels();
  const whole = useWholeChannel(id, allowed);
  // The list is kept right by events; the verify token is told only when one number is asked for.
  const channel = channels.data?.find((row) => row.id === id) ?? whole.data;
  if (!allowed) return <NotAllowed reason={t("permission.channelsManage")} />;
  if (!channel || !whole.data) {
    return (
      <PageFrame>
        <BackToNumbers />
        <PageHeader title={t("numbers.setup.title")} />
        <Pending query={whole} />
      </PageFrame>
    );
  }
  const webhook = channel.kind !== "sandbox";
  return (
    <PageFrame>
      <BackToNumbers />
      <PageHeader
        title={channel.label}
        lead={t("numbers.setup.title")}
        action={<KindBadge kind={channel.kind} />}
      />
      {channel.status !== "connected" && (
        <Notice tone="warning" className="mb-5">
          {t("numbers.setup.inactive")}
        </Notice>
      )}
      <div className="flex flex-col gap-8 rounded-xl border border-line bg-surface p-4 md:p-6">
        {webhook && <WebhookStep channel={channel} whole={whole.data} />}
        <TestStep key={id} at={webhook ? 2 : 1} channel={channel} />
      </div>
    </PageFrame>
  );
}

function WebhookStep({ channel, whole }: { channel: Channel; whole: Channel }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const seen = channel.health.last_webhook_at;
  const kind = channel.kind === "twilio" ? "twilio" : "meta";
  return (
    <Step at={1} title={t(`numbers.setup.webhook.${kind}`)}>
      <p className="text-base text-muted">{t(`numbers.setup.webhookHint.${kind}`)}</p>
      <Secret
        variant="secondary"
        label={t("numbers.setup.url")}
        value={whole.webhook_url ?? `${location.origin}${whole.webhook_path ?? ""}`}
      />
      {whole.verify_token && (
        <Secret variant="secondary" label={t("numbers.setup.verifyToken")} value={whole.verify_token} />
      )}
      {channel.kind === "meta" && <p className="text-base text-muted">{t("numbers.setup.fields")}</p>}
      <Progress
        done={Boolean(seen)}
        text={
          seen
            ? t("numbers.setup.reached", { ago: format.ago(seen, now) })
            : t("numbers.setup.notReached", { kind: t(`numbers.kind.${channel.kind}`) })
        }
      />
    </Step>
  );
}

function TestStep({ at, channel }: { at: number; channel: Channel }) {
  const { t } = useTranslation();
  const arrived = useFirstMessage(channel.id);
  const sandbox = channel.kind === "sandbox";
  const phones = useSandboxUrl(channel);
  const href = sandbox ? phones : chatLink(channel.display_phone, t("numbers.setup.hello"));
  return (
    <Step at={at} title={t("numbers.setup.test")}>
      <p className="text-base text-muted">
        {t(sandbox ? "numbers.setup.testSandbox" : "numbers.setup.testPhone")}
      </p>
      <p className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <bdi dir="ltr" className="font-semibold text-xl tabular-nums">
          {channel.display_phone}
        </bdi>
        <a
          href={href}
          target="_blank"
          rel="noreferrer"
          className="inline-flex h-9 items-center gap-2 rounded-md border border-line bg-raised px-3.5 font-medium text-base hover:bg-hover pointer-coarse:h-11"
        >
          {t(sandbox ? "numbers.setup.openSandbox" : "numbers.setup.openWhatsapp")}
          <ExternalLink aria-hidden="true" className="size-4" />
          <span className="sr-only">{t("numbers.setup.newTab")}</span>
        </a>
      </p>
      <Progress
        done={arrived !== null}
        text={
          arrived
            ? arrived.text
              ? t("numbers.setup.arrivedText", { text: arrived.text })
              : t("numbers.setup.arrived")
            : t("numbers.setup.waiting")
        }
      />
      {arrived && (
        <Link
          to="/inbox"
          search={{ c: arrived.conversation, tab: "all", status: "any" }}
          className={`${PRIMARY_LINK} self-start`}
        >
          {t("numbers.setup.toConversation")}
        </Link>
      )}
    </Step>
  );
}

function Progress({ done, text }: { done: boolean; text: string }) {
  return (
    <p role="status" className="flex items-center gap-2.5 rounded-md bg-sunken px-3 py-2.5 text-base">
      {done ? (
        <CircleCheck aria-hidden="true" className="size-5 shrink-0 text-open" />
      ) : (
        <LoaderCircle aria-hidden="true" className="size-5 shrink-0 animate-spin text-muted" />
      )}
      <span className="min-w-0 break-words">{text}</span>
    </p>
  );
}

type Arrived = { conversation: string; text: string | null };

/** The first message a customer sends to this number from now on. */
function useFirstMessage(channel: string): Arrived | null {
  const live = useLive();
  const [arrived, setArrived] = useState<Arrived | null>(null);
  useEffect(
    () =>
      live.onHeard((changes) => {
        for (const [conversation, messages] of changes.messages) {
          if (changes.conversations.get(conversation)?.channel_id !== channel) continue;
          for (const { direction, content_text } of messages.values()) {
            if (direction !== "inbound") continue;
            setArrived((first) => first ?? { conversation, text: content_text });
          }
        }
      }),
    [live, channel],
  );
  return arrived;
}
