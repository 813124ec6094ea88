/** Leads a new account to its first answered message. */
import { Link } from "@tanstack/react-router";
import { Check, ExternalLink, LoaderCircle, PartyPopper } from "lucide-react";
import type { ReactNode } from "react";
import type { Channel } from "@/api/types";
import { useCan, useMe } from "@/app/me";
import { PageFrame, PageHeader, PRIMARY_LINK } from "@/app/pages/parts";
import { chatLink } from "@/features/numbers/health";
import { SandboxHint, Step } from "@/features/numbers/parts";
import { useSandboxUrl } from "@/features/numbers/queries";
import { useTranslation } from "@/i18n/useTranslation";
import { Bone, Delayed } from "@/ui/Skeleton";
import { nextStep, type Progress, useProgress } from "./progress";

const LINK =
  "inline-flex h-9 items-center gap-2 self-start rounded-md border border-line bg-raised px-3.5 font-medium text-base hover:bg-hover pointer-coarse:h-11";

export function WelcomePage() {
  const { t } = useTranslation();
  const { member } = useMe();
  const progress = useProgress();
  return (
    <PageFrame>
      <PageHeader title={t("welcome.title", { name: member.name })} lead={t("welcome.lead")} />
      {progress ? (
        <Steps progress={progress} />
      ) : (
        <Delayed>
          <div role="status" aria-label={t("common.loading")} className="flex flex-col gap-4">
            <Bone className="h-24" />
            <Bone className="h-24" />
          </div>
        </Delayed>
      )}
    </PageFrame>
  );
}

function Steps({ progress }: { progress: Progress }) {
  const { t } = useTranslation();
  const manages = useCan("channels:manage");
  const invites = useCan("members:manage");
  const now = nextStep(progress);
  const { channel, conversation, answered } = progress;
  return (
    <div className="flex flex-col gap-8 rounded-xl border border-line bg-surface p-4 md:p-6">
      <Part at={1} done={Boolean(channel)} title={t("welcome.connect.title")}>
        {channel ? (
          <Done>
            <bdi dir="ltr">{channel.display_phone}</bdi>
          </Done>
        ) : (
          <>
            <p className="text-base text-muted">
              {t(manages ? "welcome.connect.hint" : "welcome.connect.ask")}
            </p>
            {manages && (
              <>
                <Link to="/numbers/connect" className={`${PRIMARY_LINK} self-start`}>
                  {t("numbers.connect")}
                </Link>
                <SandboxHint className="items-start" />
              </>
            )}
          </>
        )}
      </Part>
      <Part at={2} done={Boolean(conversation)} title={t("welcome.receive.title")}>
        {now === "receive" && channel && <WriteToUs channel={channel} />}
        {conversation && <Done>{conversation.contact.name || conversation.contact.phone}</Done>}
      </Part>
      <Part at={3} done={answered} title={t("welcome.answer.title")}>
        {now === "answer" && conversation && (
          <>
            <p className="text-base text-muted">{t("welcome.answer.hint")}</p>
            <Link
              to="/inbox"
              search={{ c: conversation.id, tab: "all", status: "any" }}
              className={`${PRIMARY_LINK} self-start`}
            >
              {t("welcome.answer.open")}
            </Link>
          </>
        )}
      </Part>
      <Part at={4} done={progress.hasTeam} title={t("welcome.team.title")}>
        {!progress.hasTeam && !invites && (
          <p className="text-base text-muted">{t("permission.membersManage")}</p>
        )}
        {!progress.hasTeam && invites && (
          <>
            <p className="text-base text-muted">{t("welcome.team.hint")}</p>
            <Link to="/settings/members" className={LINK}>
              {t("settings.invites.create")}
            </Link>
          </>
        )}
      </Part>
      {now === null && (
        <div role="status" className="flex flex-wrap items-center gap-4 rounded-lg bg-accent-soft p-4">
          <PartyPopper aria-hidden="true" className="size-6 shrink-0 text-accent" />
          <p className="min-w-0 flex-1 basis-48 text-base">{t("welcome.done")}</p>
          <Link to="/inbox" className={PRIMARY_LINK}>
            {t("error.toInbox")}
          </Link>
        </div>
      )}
    </div>
  );
}

/** Where to write to, and that we are waiting for it. */
function WriteToUs({ channel }: { channel: Channel }) {
  const { t } = useTranslation();
  const sandbox = channel.kind === "sandbox";
  const phones = useSandboxUrl(channel);
  const href = sandbox ? phones : chatLink(channel.display_phone, t("numbers.setup.hello"));
  return (
    <>
      <p className="text-base text-muted">
        {t(sandbox ? "numbers.setup.testSandbox" : "numbers.setup.testPhone")}
      </p>
      <p className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <bdi dir="ltr" className="font-semibold text-xl tabular-nums">
          {channel.display_phone}
        </bdi>
        <a href={href} target="_blank" rel="noreferrer" className={LINK}>
          {t(sandbox ? "numbers.setup.openSandbox" : "numbers.setup.openWhatsapp")}
          <ExternalLink aria-hidden="true" className="size-4" />
          <span className="sr-only">{t("numbers.setup.newTab")}</span>
        </a>
      </p>
      <p role="status" className="flex items-center gap-2.5 rounded-md bg-sunken px-3 py-2.5 text-base">
        <LoaderCircle aria-hidden="true" className="size-5 shrink-0 animate-spin text-muted" />
        {t("numbers.setup.waiting")}
      </p>
      {!sandbox && (
        <p className="text-muted text-sm">
          {t("welcome.receive.nothing")}{" "}
          <Link
            to="/numbers/$id"
            params={{ id: channel.id }}
            className="font-medium text-accent underline underline-offset-2"
          >
            {t("numbers.setupAndTest")}
          </Link>
        </p>
      )}
    </>
  );
}

function Part({
  at,
  done,
  title,
  children,
}: {
  at: number;
  done: boolean;
  title: string;
  children: ReactNode;
}) {
  return (
    <Step at={done ? <Check className="size-4" strokeWidth={2.5} /> : at} title={title}>
      {children}
    </Step>
  );
}

function Done({ children }: { children: ReactNode }) {
  return <p className="text-base text-muted">{children}</p>;
}
