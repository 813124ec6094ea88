import { Building2, Copy, Mail, Phone, X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/types";
import { useFormat } from "@/i18n/format";
import { useChannels, useContactName } from "@/team/queries";
import { Avatar } from "@/ui/Avatar";
import { IconButton } from "@/ui/Button";
import { notify } from "@/ui/toast";

/** Who one is talking to, and through which number. */
export function ContactSidebar({
  conversation,
  onClose,
}: {
  conversation: Conversation;
  onClose: (() => void) | null;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const contactName = useContactName();
  const { data: channels } = useChannels();
  const { contact } = conversation;
  const name = contactName(contact);
  const channel = channels?.find((channel) => channel.id === conversation.channel_id);

  return (
    <aside
      aria-label={t("inbox.sidebar.title")}
      className="thin-scroll flex h-full w-full flex-col overflow-y-auto border-line border-s bg-surface"
    >
      <header className="flex h-14 shrink-0 items-center justify-between border-line border-b px-4">
        <h2 className="font-semibold text-base">{t("inbox.sidebar.title")}</h2>
        {onClose && (
          <IconButton label={t("common.close")} size="sm" onClick={onClose}>
            <X aria-hidden="true" className="size-4" />
          </IconButton>
        )}
      </header>
      <div className="flex flex-col items-center gap-2 px-4 pt-6 pb-5 text-center">
        <Avatar id={conversation.contact_id} name={name} size="xl" />
        <p className="break-words font-semibold text-lg">
          <bdi>{name}</bdi>
        </p>
        {contact.tags.length > 0 && (
          <ul aria-label={t("inbox.sidebar.tags")} className="flex flex-wrap justify-center gap-1">
            {contact.tags.map((tag) => (
              <li
                key={tag.id}
                className="inline-flex items-center gap-1.5 rounded-full border border-line px-2 py-0.5 text-xs"
              >
                <span
                  aria-hidden="true"
                  className="size-2 rounded-full bg-edge"
                  style={tag.color ? { backgroundColor: tag.color } : undefined}
                />
                {tag.name}
              </li>
            ))}
          </ul>
        )}
      </div>
      <Section title={t("inbox.sidebar.contact")}>
        <Fact
          label={t("inbox.sidebar.phone")}
          icon={<Phone aria-hidden="true" className="size-4" />}
          value={contact.phone}
          copy
        />
        <Fact
          label={t("inbox.sidebar.email")}
          icon={<Mail aria-hidden="true" className="size-4" />}
          value={contact.email}
          copy
        />
        <Fact
          label={t("inbox.sidebar.company")}
          icon={<Building2 aria-hidden="true" className="size-4" />}
          value={contact.company}
        />
        {!contact.phone && !contact.email && !contact.company && (
          <p className="text-muted text-sm">{t("inbox.sidebar.nothingKnown")}</p>
        )}
      </Section>
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
    </aside>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="border-line border-t px-4 py-4">
      <h3 className="mb-2 font-medium text-faint text-xs">{title}</h3>
      <div className="flex flex-col gap-1.5">{children}</div>
    </section>
  );
}

function Fact({
  label,
  icon,
  value,
  copy,
}: {
  label: string;
  icon: ReactNode;
  value: string | null | undefined;
  copy?: boolean;
}) {
  const { t } = useTranslation();
  if (!value) return null;
  return (
    <div className="group/fact flex min-h-7 items-center gap-2.5 text-base">
      <span className="text-faint">{icon}</span>
      <span className="sr-only">{label}</span>
      <bdi className="min-w-0 flex-1 break-words text-ui-start">{value}</bdi>
      {copy && (
        <IconButton
          label={t("inbox.sidebar.copy", { what: label })}
          size="sm"
          className="opacity-0 focus-visible:opacity-100 group-hover/fact:opacity-100 pointer-coarse:opacity-100"
          onClick={() => void navigator.clipboard?.writeText(value).then(() => notify(t("common.copied")))}
        >
          <Copy aria-hidden="true" className="size-4" />
        </IconButton>
      )}
    </div>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex gap-3 text-sm">
      <span className="w-24 shrink-0 text-muted">{label}</span>
      <span className="min-w-0 flex-1 break-words">{children}</span>
    </div>
  );
}
