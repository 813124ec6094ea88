/** Writing to somebody first: whom, from which number, and the template that WhatsApp wants as a first message. */
import { ArrowLeft, MessageSquareText, Smartphone } from "lucide-react";
import { useState } from "react";
import { ApiError, reasonOf } from "@/api/errors";
import type { Channel, FilledTemplate } from "@/api/types";
import { useNow } from "@/app/useNow";
import { ContactAvatar } from "@/contacts/ContactAvatar";
import { useTranslation } from "@/i18n/useTranslation";
import { useChannels, useContactName } from "@/team/queries";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { EmptyState } from "@/ui/EmptyState";
import { Notice } from "@/ui/Notice";
import { SelectField } from "@/ui/TextField";
import { useConversationsWith } from "../queries/contact";
import { TemplatePicker } from "../templates/TemplatePicker";
import { useStart, type Whom } from "./queries";
import { WhomStep } from "./WhomStep";

export default function StartDialog({
  onOpen,
  onClose,
}: {
  /** Shows a conversation. */
  onOpen: (conversation: string) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { data } = useChannels();
  const channels = (data ?? []).filter(({ status }) => status === "connected");
  const [whom, setWhom] = useState<Whom | null>(null);
  /** What the server says against the phone. */
  const [refused, setRefused] = useState<string | null>(null);

  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("inbox.start.title")}
      description={t("inbox.start.lead")}
      closeLabel={t("common.close")}
    >
      {data && channels.length === 0 ? (
        <EmptyState icon={Smartphone} title={t("inbox.start.noNumber")}>
          {t("inbox.start.noNumberHint")}
        </EmptyState>
      ) : data ? (
        <>
          {/* Whoever comes back finds what they typed. */}
          <div hidden={whom !== null}>
            <WhomStep
              channels={channels}
              refused={refused}
              onChange={() => setRefused(null)}
              onChoose={setWhom}
            />
          </div>
          {whom && (
            <MessageStep
              whom={whom}
              channels={channels}
              onBack={() => setWhom(null)}
              onRefused={(reason) => {
                setRefused(reason);
                setWhom(null);
              }}
              onOpen={onOpen}
            />
          )}
        </>
      ) : null}
    </Dialog>
  );
}

function MessageStep({
  whom,
  channels,
  onBack,
  onRefused,
  onOpen,
}: {
  whom: Whom;
  channels: readonly Channel[];
  onBack: () => void;
  onRefused: (reason: string) => void;
  onOpen: (conversation: string) => void;
}) {
  const { t } = useTranslation();
  const contactName = useContactName();
  const start = useStart();
  const [chosen, setChosen] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const first = channels.find((channel) => channel.is_default) ?? channels[0];
  const channel = channels.find(({ id }) => id === chosen) ?? first;
  const name = contactName(whom.contact);

  const send = async (template: FilledTemplate) => {
    if (sending || !channel) return;
    setSending(true);
    setProblem(null);
    try {
      onOpen((await start(whom, channel.id, template)).id);
    } catch (error) {
      setSending(false);
      if (error instanceof ApiError && error.field === "to") onRefused(error.message);
      else setProblem(reasonOf(error) ?? t("inbox.start.unknown"));
    }
  };

  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-end gap-3">
        <div className="flex min-w-0 flex-1 basis-60 items-center gap-3">
          <Button variant="quiet" size="sm" className="-ms-2" onClick={onBack}>
            <ArrowLeft aria-hidden="true" className="size-4 rtl:-scale-x-100" />
            {t("inbox.start.back")}
          </Button>
          <ContactAvatar contact={whom.contact} />
          <p className="min-w-0">
            <span className="block truncate font-medium text-base">
              <bdi>{name}</bdi>
            </span>
            {whom.contact.name && (
              <span className="block truncate text-muted text-sm tabular-nums">
                <bdi dir="ltr">{whom.contact.phone}</bdi>
              </span>
            )}
          </p>
        </div>
        {channels.length > 1 && (
          <SelectField
            className="min-w-48 max-sm:w-full"
            label={t("inbox.start.from")}
            value={channel?.id ?? ""}
            onChange={(event) => setChosen(event.target.value)}
          >
            {channels.map(({ id, label, display_phone }) => (
              <option key={id} value={id}>
                {`${label} · ${display_phone}`}
              </option>
            ))}
          </SelectField>
        )}
      </div>
      {whom.known && channel && (
        <Already contact={whom.contact.id} name={name} channel={channel.id} onOpen={onOpen} />
      )}
      {channel && (
        <TemplatePicker
          key={channel.id}
          channel={channel.id}
          contact={whom.contact}
          onSend={(template) => void send(template)}
          sending={sending}
          problem={problem}
        />
      )}
    </div>
  );
}

/** They have written, or been written to, from this number: no need to begin anew. */
function Already({
  contact,
  name,
  channel,
  onOpen,
}: {
  contact: string;
  name: string;
  channel: string;
  onOpen: (conversation: string) => void;
}) {
  const { t } = useTranslation();
  const now = useNow();
  const { data } = useConversationsWith(contact);
  const known = data?.find((conversation) => conversation.channel_id === channel);
  if (!known) return null;
  const open = Date.parse(known.window_expires_at ?? "1970-01-01") > now;
  return (
    <Notice
      className="flex-wrap"
      icon={<MessageSquareText aria-hidden="true" className="size-4.5 shrink-0 text-accent" />}
      action={
        <Button size="sm" variant={open ? "primary" : "secondary"} onClick={() => onOpen(known.id)}>
          {t("inbox.start.openKnown")}
        </Button>
      }
    >
      {t(open ? "inbox.start.windowOpen" : "inbox.start.already", { name })}
    </Notice>
  );
}
