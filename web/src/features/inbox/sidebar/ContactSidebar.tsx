/** Who one is talking to: what is known of them, edited in place, what else they wrote, and what they sent. */
import { BellOff, Building2, Mail, Phone, X } from "lucide-react";
import { memo } from "react";
import type { Conversation } from "@/api/types";
import { useReason } from "@/app/permission";
import { ContactAvatar } from "@/contacts/ContactAvatar";
import { useChangeContact, useContact } from "@/contacts/queries";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import type { Stamped } from "@/live/stamped";
import { useChannels, useContactName } from "@/team/queries";
import { IconButton } from "@/ui/Button";
import { CopyButton } from "./CopyButton";
import { EditableField } from "./EditableField";
import { Files } from "./Files";
import { Notes } from "./Notes";
import { OtherConversations } from "./OtherConversations";
import { Refusal, Row, Section } from "./parts";
import { Tags } from "./Tags";

export default memo(function ContactSidebar({
  conversation,
  onClose,
}: {
  conversation: Stamped<Conversation>;
  onClose: (() => void) | null;
}) {
  const { t } = useTranslation();
  return (
    <aside
      aria-label={t("inbox.sidebar.title")}
      className="thin-scroll relative flex h-full w-full flex-col overflow-y-auto border-line border-s bg-surface"
    >
      <header className="flex h-14 shrink-0 items-center justify-between border-line border-b px-4">
        <h2 className="font-semibold text-base">{t("inbox.sidebar.title")}</h2>
        {onClose && (
          <IconButton label={t("common.close")} size="sm" onClick={onClose}>
            <X aria-hidden="true" className="size-4" />
          </IconButton>
        )}
      </header>
      {/* What is being typed belongs to the contact, not to the place. */}
      <Contact key={conversation.contact_id} conversation={conversation} />
      <Notes key={`notes:${conversation.contact_id}`} contact={conversation.contact_id} />
      <OtherConversations conversation={conversation} />
      <Files conversation={conversation.id} />
      <About conversation={conversation} />
    </aside>
  );
});

function Contact({ conversation }: { conversation: Stamped<Conversation> }) {
  const { t } = useTranslation();
  const contactName = useContactName();
  const noWriting = useReason("contacts:write");
  const canWrite = !noWriting;
  const { data: details } = useContact(conversation.contact_id);
  const change = useChangeContact(conversation);
  const { contact } = conversation;
  const ownName = details?.profile_name;
  const given = ownName && contact.name !== ownName;

  return (
    <>
      <div className="flex flex-col items-center gap-2 px-4 pt-6 pb-5 text-center">
        <ContactAvatar contact={contact} size="xl" />
        <EditableField
          label={t("inbox.sidebar.name")}
          value={contact.name}
          shown={contactName(contact)}
          placeholder={ownName ?? t("inbox.sidebar.addName")}
          maxLength={256}
          big
          onSave={canWrite ? (name) => change.mutateAsync({ name }) : null}
        />
        {given && (
          <p className="break-words text-muted text-sm">
            {t("inbox.sidebar.callsThemselves", { name: ownName })}
          </p>
        )}
        <Tags conversation={conversation} />
        {contact.marketing_opt_out_at && <NoPromotions since={contact.marketing_opt_out_at} />}
      </div>
      <Section title={t("inbox.sidebar.contact")}>
        {contact.phone && (
          <div className="group/fact relative flex min-h-8 items-center gap-2.5 text-base">
            <Phone aria-hidden="true" className="size-4 shrink-0 text-faint" />
            <span className="sr-only">{t("inbox.sidebar.phone")}</span>
            <bdi className="min-w-0 flex-1 break-words text-ui-start">{contact.phone}</bdi>
            <CopyButton what={t("inbox.sidebar.phone")} value={contact.phone} />
          </div>
        )}
        <EditableField
          label={t("inbox.sidebar.email")}
          icon={Mail}
          type="email"
          value={contact.email}
          placeholder={t("inbox.sidebar.addEmail")}
          maxLength={254}
          copy
          onSave={canWrite ? (email) => change.mutateAsync({ email }) : null}
        />
        <EditableField
          label={t("inbox.sidebar.company")}
          icon={Building2}
          value={contact.company}
          placeholder={t("inbox.sidebar.addCompany")}
          maxLength={256}
          onSave={canWrite ? (company) => change.mutateAsync({ company }) : null}
        />
        {noWriting && <Refusal>{noWriting}</Refusal>}
        {noWriting && !contact.phone && !contact.email && !contact.company && (
          <p className="text-muted text-sm">{t("inbox.sidebar.nothingKnown")}</p>
        )}
      </Section>
    </>
  );
}

/** The customer stopped promotions, and what that means for who writes to them. */
function NoPromotions({ since }: { since: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className="flex flex-col items-center gap-1">
      <span className="inline-flex items-center gap-1 rounded-full bg-pending-soft px-2 py-0.5 font-medium text-pending text-xs">
        <BellOff aria-hidden="true" className="size-3" />
        {t("inbox.sidebar.noPromotions")}
      </span>
      <p className="text-muted text-xs">{t("inbox.sidebar.noPromotionsWhy", { date: format.full(since) })}</p>
    </div>
  );
}

function About({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: channels } = useChannels();
  const channel = channels?.find((channel) => channel.id === conversation.channel_id);
  return (
    <Section title={t("inbox.sidebar.conversation")}>
      <Row label={t("inbox.sidebar.status")}>{t(`inbox.conversationStatus.${conversation.status}`)}</Row>
      {channel && (
        <Row label={t("inbox.sidebar.number")}>
          {channel.label} <bdi className="text-muted">{channel.display_phone}</bdi>
        </Row>
      )}
      <Row label={t("inbox.sidebar.since")}>{format.full(conversation.created_at)}</Row>
      <Row label={t("inbox.sidebar.window")}>
        {conversation.window_expires_at
          ? format.full(conversation.window_expires_at)
          : t("inbox.sidebar.windowNever")}
      </Row>
    </Section>
  );
}
