/** What is going on at the numbers: the last conversations of all of them, and what is done with one in passing. */
import { Link } from "@tanstack/react-router";
import { Archive, RotateCcw } from "lucide-react";
import { type ReactNode, useId } from "react";
import type { Conversation } from "@/api/types";
import { useReason } from "@/app/permission";
import { useNow } from "@/app/useNow";
import { ContactAvatar } from "@/contacts/ContactAvatar";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { useChannels, useContactName } from "@/team/queries";
import { Button, IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { plainText } from "@/ui/formatText";
import { Notice } from "@/ui/Notice";
import { kindIcon, useKindName } from "../kinds";
import { useConversationActions } from "../queries/actions";
import { useConversationList } from "../queries/lists";
import { Ticks } from "../Ticks";

const SHOWN = 10;

const STATUS_TONE = {
  open: "bg-sunken text-open",
  pending: "bg-pending-soft text-pending",
  closed: "bg-sunken text-closed",
} as const;

export default function RecentConversations() {
  const { t } = useTranslation();
  const title = useId();
  const { rows, isPending, error, reload } = useConversationList({ tab: "all", status: "any" });
  const { data: channels = [] } = useChannels();
  const several = channels.length > 1;
  return (
    <section aria-labelledby={title} className="mt-8">
      <header className="mb-3 flex flex-wrap items-end justify-between gap-3">
        <div className="min-w-0 flex-1 basis-64">
          <h2 id={title} className="font-semibold text-lg">
            {t("numbers.recent.title")}
          </h2>
          <p className="text-base text-muted">{t("numbers.recent.lead")}</p>
        </div>
        <Link
          to="/inbox"
          search={{ tab: "all" }}
          className="inline-flex h-7 items-center rounded-md px-2.5 font-medium text-accent text-sm hover:bg-hover pointer-coarse:h-11"
        >
          {t("numbers.recent.all")}
        </Link>
      </header>
      {error ? (
        <Notice
          tone="danger"
          role="alert"
          action={
            <Button size="sm" onClick={reload}>
              {t("common.retry")}
            </Button>
          }
        >
          {error.message}
        </Notice>
      ) : (
        <div className="overflow-hidden rounded-xl border border-line bg-surface">
          {!isPending && rows.length === 0 ? (
            <p className="px-4 py-6 text-center text-base text-muted">{t("numbers.recent.none")}</p>
          ) : (
            <table aria-labelledby={title} aria-busy={isPending} className="w-full table-fixed text-base">
              <thead className="border-line border-b text-muted text-sm max-md:sr-only">
                <tr>
                  <Head>{t("numbers.recent.customer")}</Head>
                  <Head>{t("numbers.recent.last")}</Head>
                  <Head className="w-28">{t("numbers.recent.status")}</Head>
                  <Head className="w-40">
                    <span className="sr-only">{t("numbers.recent.actions")}</span>
                  </Head>
                </tr>
              </thead>
              <tbody className="divide-y divide-line">
                {rows.slice(0, SHOWN).map((row) => (
                  <Row
                    key={row.id}
                    conversation={row}
                    channel={several ? channels.find(({ id }) => id === row.channel_id)?.label : undefined}
                  />
                ))}
              </tbody>
            </table>
          )}
        </div>
      )}
    </section>
  );
}

function Head({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <th scope="col" className={cx("px-4 py-2 text-start font-medium", className)}>
      {children}
    </th>
  );
}

function Row({ conversation, channel }: { conversation: Conversation; channel: string | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const contactName = useContactName();
  const kindName = useKindName();
  const noWriting = useReason("conversations:write");
  const { change } = useConversationActions();
  const { id, status, contact, last_message_at: at } = conversation;
  const name = contactName(contact);
  const closed = status === "closed";
  const kind = conversation.last_message_type ?? "text";
  const Icon = kindIcon(kind);
  const said = conversation.last_message_id
    ? plainText(conversation.last_message_text ?? "") || kindName(kind)
    : t("inbox.list.noMessages");
  return (
    <tr className="max-md:grid max-md:grid-cols-[minmax(0,1fr)_auto] max-md:items-center max-md:gap-x-3 max-md:gap-y-1 max-md:px-4 max-md:py-3">
      <td className="px-4 py-2.5 max-md:p-0">
        <span className="flex items-center gap-3">
          <ContactAvatar contact={conversation.contact} />
          <span className="min-w-0">
            <span className="block truncate font-medium">
              <bdi>{name}</bdi>
            </span>
            <span className="block truncate text-muted text-sm tabular-nums">
              {contact.name && <bdi dir="ltr">{contact.phone}</bdi>}
            </span>
          </span>
        </span>
      </td>
      <td className="min-w-0 px-4 py-2.5 max-md:order-last max-md:p-0">
        <span className="flex items-center gap-1 text-sm">
          {conversation.last_message_direction === "outbound" && (
            <Ticks status={conversation.last_message_status ?? "sent"} />
          )}
          {Icon && <Icon aria-hidden="true" className="size-3.5 shrink-0 text-muted" />}
          <span dir="auto" className="min-w-0 flex-1 truncate text-ui-start">
            {said}
          </span>
        </span>
        <span className="block truncate text-muted text-sm">
          <time dateTime={at} title={format.full(at)}>
            {format.ago(at, now)}
          </time>
          {channel && (
            <>
              {" · "}
              <bdi>{channel}</bdi>
            </>
          )}
        </span>
      </td>
      <td className="px-4 py-2.5 max-md:p-0 max-md:text-end">
        <span className={cx("inline-flex rounded-sm px-1.5 py-0.5 text-xs", STATUS_TONE[status])}>
          {t(`inbox.conversationStatus.${status}`)}
        </span>
      </td>
      <td className="px-4 py-2.5 max-md:order-last max-md:p-0">
        <span className="flex items-center justify-end gap-1 max-md:-me-2.5">
          <Link
            to="/inbox"
            search={{ c: id, tab: "all" }}
            aria-label={t("numbers.recent.viewNamed", { name })}
            className="inline-flex h-7 items-center whitespace-nowrap rounded-md px-2.5 font-medium text-accent text-sm hover:bg-hover pointer-coarse:h-11"
          >
            {t("numbers.recent.view")}
          </Link>
          <IconButton
            size="sm"
            label={t(closed ? "numbers.recent.reopenNamed" : "numbers.recent.archiveNamed", { name })}
            data-tip={t(closed ? "inbox.reopen" : "numbers.recent.archive")}
            disabledReason={noWriting}
            onClick={() => void change(id, { status: closed ? "open" : "closed" })}
          >
            {closed ? (
              <RotateCcw aria-hidden="true" className="size-4" />
            ) : (
              <Archive aria-hidden="true" className="size-4" />
            )}
          </IconButton>
        </span>
      </td>
    </tr>
  );
}
