import { Link } from "@tanstack/react-router";
import { LockKeyhole, Plus, Smartphone } from "lucide-react";
import { Suspense } from "react";
import { useCan } from "@/app/me";
import { PageFrame, PageHeader, Pending, PRIMARY_LINK } from "@/app/pages/parts";
import { useTranslation } from "@/i18n/useTranslation";
import { useChannels } from "@/team/queries";
import { EmptyState } from "@/ui/EmptyState";
import { lazy } from "@/ui/lazy";
import { Notice } from "@/ui/Notice";
import { NumberCard } from "./NumberCard";
import { SandboxHint } from "./parts";
import { TwilioSection } from "./TwilioAccount";

const RecentConversations = lazy(() => import("@/features/inbox/recent/RecentConversations"));

export function NumbersPage() {
  const { t } = useTranslation();
  const manages = useCan("channels:manage");
  const channels = useChannels();
  const rows = (channels.data ?? []).filter((channel) => channel.status !== "deleted");
  const connect = manages && (
    <Link to="/numbers/connect" className={PRIMARY_LINK}>
      <Plus aria-hidden="true" className="size-4" />
      {t("numbers.connect")}
    </Link>
  );
  return (
    <PageFrame>
      <PageHeader title={t("numbers.title")} lead={t("numbers.lead")} action={rows.length > 0 && connect} />
      {!manages && (
        <Notice
          className="mb-5"
          icon={<LockKeyhole aria-hidden="true" className="size-4.5 shrink-0 text-accent" />}
        >
          {t("permission.channelsManage")}
        </Notice>
      )}
      {rows.length > 0 ? (
        <ul aria-label={t("numbers.title")} className="flex flex-col gap-4">
          {rows.map((channel) => (
            <li key={channel.id}>
              <NumberCard channel={channel} manages={manages} />
            </li>
          ))}
        </ul>
      ) : channels.isSuccess ? (
        <div className="rounded-xl border border-line bg-surface">
          <EmptyState icon={Smartphone} title={t("numbers.none")} action={connect}>
            {t(manages ? "numbers.noneHint" : "numbers.noneAsk")}
          </EmptyState>
          {manages && <SandboxHint />}
        </div>
      ) : (
        <Pending query={channels} />
      )}
      {rows.length > 0 && (
        <Suspense fallback={null}>
          <RecentConversations />
        </Suspense>
      )}
      {manages && <TwilioSection shown={rows.some((channel) => channel.kind === "twilio")} />}
    </PageFrame>
  );
}
