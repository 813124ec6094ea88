/** Something that was found, as a row that leads to it. */
import { Link } from "@tanstack/react-router";
import { CornerUpLeft, StickyNote } from "lucide-react";
import type { Conversation } from "@/api/types";
import { useNow } from "@/app/useNow";
import { ContactAvatar } from "@/contacts/ContactAvatar";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { useContactName } from "@/team/queries";
import { cx } from "@/ui/cx";
import { useKindName } from "../kinds";
import { Marked } from "./Marked";
import type { ConversationHit, MessageHit, NoteHit } from "./queries";

const ROW =
  "flex h-[68px] items-center gap-3 px-3 outline-offset-[-2px] hover:bg-hover aria-[current]:bg-selected";

export function MessageRow({ hit, selected }: { hit: MessageHit; selected: boolean }) {
  const { t } = useTranslation();
  const kindName = useKindName();
  const { message, conversation } = hit;
  return (
    <Link
      to="/inbox"
      search={(search) => ({ ...search, c: conversation.id, m: message.id })}
      data-hit
      aria-current={selected ? "true" : undefined}
      className={ROW}
    >
      <Body
        conversation={conversation}
        at={message.created_at}
        name={<Name conversation={conversation} />}
        line={
          <>
            {message.direction === "outbound" && (
              <>
                <CornerUpLeft aria-hidden="true" className="size-3.5 shrink-0 rtl:-scale-x-100" />
                <span className="sr-only">{t("inbox.search.sent")}</span>
              </>
            )}
            {hit.field !== "text" && (
              <span className="shrink-0 text-faint">{kindName(message.content_type)}</span>
            )}
            <span dir="auto" className="min-w-0 flex-1 truncate text-ui-start">
              <Marked pieces={hit.snippet} />
            </span>
          </>
        }
      />
    </Link>
  );
}

/** What the team wrote to itself; it leads to the conversation. */
export function NoteRow({ hit }: { hit: NoteHit }) {
  const { t } = useTranslation();
  const { note, conversation } = hit;
  return (
    <Link
      to="/inbox"
      search={({ m: _, ...search }) => ({ ...search, c: conversation.id })}
      data-hit
      className={ROW}
    >
      <Body
        conversation={conversation}
        at={note.created_at}
        name={<Name conversation={conversation} />}
        line={
          <>
            <span className="inline-flex shrink-0 items-center gap-1 text-pending">
              <StickyNote aria-hidden="true" className="size-3.5" />
              {t("inbox.search.note")}
            </span>
            <span dir="auto" className="min-w-0 flex-1 truncate text-ui-start">
              <Marked pieces={hit.snippet} />
            </span>
          </>
        }
      />
    </Link>
  );
}

export function PersonRow({ hit, selected }: { hit: ConversationHit; selected: boolean }) {
  const { t } = useTranslation();
  const { conversation } = hit;
  const byName = hit.field === "name";
  return (
    <Link
      to="/inbox"
      search={({ m: _, ...search }) => ({ ...search, c: conversation.id })}
      data-hit
      aria-current={selected ? "true" : undefined}
      className={ROW}
    >
      <Body
        conversation={conversation}
        at={conversation.last_message_at}
        name={byName ? <Marked pieces={hit.snippet} /> : <Name conversation={conversation} />}
        line={
          <span dir={byName ? "auto" : "ltr"} className="min-w-0 flex-1 truncate text-ui-start">
            {byName ? (conversation.contact.phone ?? "") : <Marked pieces={hit.snippet} />}
          </span>
        }
        chip={
          conversation.status === "open" ? null : (
            <span
              className={cx(
                "shrink-0 rounded-sm px-1 text-xs",
                conversation.status === "pending" ? "bg-pending-soft text-pending" : "bg-sunken text-closed",
              )}
            >
              {t(`inbox.conversationStatus.${conversation.status}`)}
            </span>
          )
        }
      />
    </Link>
  );
}

function Name({ conversation }: { conversation: Conversation }) {
  return useContactName()(conversation.contact);
}

function Body({
  conversation,
  at,
  name,
  line,
  chip,
}: {
  conversation: Conversation;
  at: string;
  name: React.ReactNode;
  line: React.ReactNode;
  chip?: React.ReactNode;
}) {
  const format = useFormat();
  const now = useNow();
  return (
    <>
      <ContactAvatar contact={conversation.contact} size="lg" />
      <span className="flex min-w-0 flex-1 flex-col gap-0.5">
        <span className="flex items-baseline gap-2">
          <span className="min-w-0 flex-1 truncate font-medium text-base">
            <bdi>{name}</bdi>
          </span>
          <time dateTime={at} title={format.full(at)} className="shrink-0 text-faint text-xs tabular-nums">
            {format.short(at, now)}
          </time>
        </span>
        <span className="flex h-5 items-center gap-1.5 text-muted text-sm">
          {line}
          {chip}
        </span>
      </span>
    </>
  );
}
