import { AlarmClock, Check, Hourglass, Timer } from "lucide-react";
import { memo } from "react";
import type { Conversation, Member } from "@/api/types";
import { useNow } from "@/app/useNow";
import { ContactAvatar } from "@/contacts/ContactAvatar";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { useContactName } from "@/team/queries";
import { Avatar } from "@/ui/Avatar";
import { cx } from "@/ui/cx";
import { plainText } from "@/ui/formatText";
import { useDraft } from "../drafts";
import { kindIcon, useKindName } from "../kinds";
import { useOutboxOf } from "../outbox";
import { Ticks } from "../Ticks";
import { type Bubble, kindOfEntry } from "../thread/layout";
import { AttendButton } from "./AttendButton";

export const ROW_HEIGHT = 68;

/** The window is shown only when it is about to close. */
const WINDOW_SOON_MS = 4 * 3_600_000;

export const ConversationRow = memo(function ConversationRow({
  conversation,
  assignee,
  selected,
  chosen,
  choosing,
  waits,
  address,
  onOpen,
  onChoose,
}: {
  conversation: Conversation;
  assignee: Member | undefined;
  selected: boolean;
  /** Among those that something is to be done with. */
  chosen: boolean;
  /** Whether every row shows that it can be chosen. */
  choosing: boolean;
  /** Whether the list is about who waits, and since when. */
  waits: boolean;
  /** Of the list; a conversation's own is that and its id. */
  address: string;
  onOpen: (id: string) => void;
  /** None for those who could do nothing with what they choose. */
  onChoose: ((id: string, range: boolean) => void) | null;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const contactName = useContactName();
  const { contact } = conversation;
  const name = contactName(contact);
  const unread = conversation.unread_count > 0;
  const at = conversation.last_message_at;
  const windowLeft = conversation.window_expires_at ? Date.parse(conversation.window_expires_at) - now : 0;

  const pending = conversation.status === "pending";
  const since = waits ? conversation.waiting_since : null;

  return (
    <div className={cx("group relative", chosen && "bg-accent-soft")}>
      {/* Not the router's: those look at every change of the address, all of them, to find out whether they are meant. */}
      <a
        href={`${address}c=${conversation.id}`}
        data-conversation={conversation.id}
        aria-current={selected ? "true" : undefined}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          event.preventDefault();
          // Where rows are being chosen a press on one chooses it, as it does with Shift.
          if (onChoose && (choosing || event.shiftKey)) onChoose(conversation.id, event.shiftKey);
          else onOpen(conversation.id);
        }}
        className={cx(
          "flex h-[68px] items-center gap-3 border-s-2 px-3 outline-offset-[-2px]",
          pending ? "border-pending" : "border-transparent",
          chosen ? "" : selected ? "bg-selected" : "hover:bg-hover",
        )}
      >
        <span className="relative">
          <ContactAvatar contact={conversation.contact} size="lg" />
          {assignee && (
            <span
              className="absolute -end-1 -bottom-0.5 rounded-full ring-2 ring-surface"
              title={t("inbox.list.assignedTo", { name: assignee.name })}
            >
              <Avatar id={assignee.id} name={assignee.name} size="xs" />
            </span>
          )}
        </span>
        <span className="flex min-w-0 flex-1 flex-col gap-0.5">
          <span className="flex items-baseline gap-2">
            <span
              className={cx("min-w-0 flex-1 truncate text-base", unread ? "font-semibold" : "font-medium")}
            >
              <bdi>{name}</bdi>
            </span>
            {since ? (
              <time
                dateTime={since}
                title={t("inbox.list.waitingSince", { at: format.full(since) })}
                className="inline-flex shrink-0 items-center gap-1 font-medium text-pending text-xs tabular-nums"
              >
                <Hourglass aria-hidden="true" className="size-3 self-center" />
                <span className="sr-only">{t("inbox.list.waiting")}</span>
                {format.short(since, now)}
              </time>
            ) : (
              <time
                dateTime={at}
                title={format.full(at)}
                className={cx(
                  "shrink-0 text-xs tabular-nums",
                  unread ? "font-medium text-accent" : "text-faint",
                )}
              >
                {format.short(at, now)}
              </time>
            )}
          </span>
          <span className="flex h-5 items-center gap-1.5">
            <Preview conversation={conversation} selected={selected} emphasised={unread} />
            {windowLeft > 0 && windowLeft < WINDOW_SOON_MS && conversation.status !== "closed" && (
              <span
                className="inline-flex shrink-0 items-center gap-1 rounded-sm bg-pending-soft px-1 text-pending text-xs tabular-nums"
                title={t("inbox.window.leftTitle")}
              >
                <Timer aria-hidden="true" className="size-3" />
                <span className="sr-only">{t("inbox.window.leftTitle")}</span>
                {format.left(windowLeft)}
              </span>
            )}
            <StatusChip conversation={conversation} now={now} />
            {assignee && (
              <span className="sr-only">{t("inbox.list.assignedTo", { name: assignee.name })}</span>
            )}
            {unread && (
              <span className="inline-flex h-5 min-w-5 shrink-0 items-center justify-center rounded-full bg-accent px-1.5 font-semibold text-on-accent text-xs tabular-nums">
                {conversation.unread_count > 99 ? "99+" : format.number(conversation.unread_count)}
                <span className="sr-only">
                  {" "}
                  {t("inbox.list.unread", { count: conversation.unread_count })}
                </span>
              </span>
            )}
          </span>
        </span>
      </a>
      {onChoose && (
        <Choose
          name={name}
          chosen={chosen}
          choosing={choosing}
          onChoose={(range) => onChoose(conversation.id, range)}
        />
      )}
      {/* With a finger one opens it first: the button is in the head of the thread, too. */}
      {!choosing && (
        <span className="absolute end-3 bottom-1.5 opacity-0 focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:hidden">
          <AttendButton
            conversation={conversation}
            label={t("inbox.attendNamed", { name })}
            onAttend={() => onOpen(conversation.id)}
            className="shadow-pop"
          />
        </span>
      )}
    </div>
  );
});

/** Over the picture: a box to choose the row with. */
function Choose({
  name,
  chosen,
  choosing,
  onChoose,
}: {
  name: string;
  chosen: boolean;
  choosing: boolean;
  onChoose: (range: boolean) => void;
}) {
  const { t } = useTranslation();
  return (
    <label
      className={cx(
        "absolute start-3 top-3 flex size-11 cursor-pointer items-center justify-center rounded-full bg-surface/85 focus-within:opacity-100",
        chosen || choosing ? "" : "opacity-0 hover:opacity-100 pointer-coarse:hidden",
      )}
    >
      <input
        type="checkbox"
        checked={chosen}
        aria-label={t("inbox.bulk.choose", { name })}
        onChange={(event) => onChoose(event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)}
        className="peer absolute inset-0 m-0 cursor-pointer appearance-none rounded-full"
      />
      <span
        aria-hidden="true"
        className="pointer-events-none flex size-5 items-center justify-center rounded-md border-2 border-edge bg-raised text-on-accent peer-checked:border-accent peer-checked:bg-accent"
      >
        {chosen && <Check className="size-3.5" strokeWidth={3} />}
      </span>
    </label>
  );
}

function StatusChip({ conversation, now }: { conversation: Conversation; now: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { status, snooze } = conversation;
  if (status === "open") return null;
  const until = snooze?.until;
  return (
    <span
      title={until ? t("inbox.snooze.untilTime", { at: format.full(until) }) : undefined}
      className={cx(
        "inline-flex shrink-0 items-center gap-1 rounded-sm px-1 text-xs",
        status === "pending" ? "bg-pending-soft text-pending" : "bg-sunken text-closed",
      )}
    >
      {snooze && <AlarmClock aria-hidden="true" className="size-3" />}
      {snooze && <span className="sr-only">{t("inbox.snooze.snoozed")}</span>}
      {until ? format.coming(until, now) : t(`inbox.conversationStatus.${status}`)}
    </span>
  );
}

/** The last thing said, or what is about to be. */
function Preview({
  conversation,
  selected,
  emphasised,
}: {
  conversation: Conversation;
  selected: boolean;
  emphasised: boolean;
}) {
  const { t } = useTranslation();
  const kindName = useKindName();
  const [draft] = useDraft(conversation.id);
  const onItsWay = useOutboxOf(conversation.id).at(-1);

  if (draft.text.trim() && !selected) {
    return (
      <span className="flex min-w-0 flex-1 gap-1 text-muted text-sm">
        <span className="shrink-0 text-danger">{t("inbox.list.draft")}</span>{" "}
        <span dir="auto" className="min-w-0 flex-1 truncate text-ui-start">
          {draft.text}
        </span>
      </span>
    );
  }

  const known = conversation.last_message_at;
  const shown =
    onItsWay && !(onItsWay.acceptedAt && known >= onItsWay.acceptedAt)
      ? {
          outbound: true,
          status: (onItsWay.state === "accepted" ? "queued" : onItsWay.state) as Bubble["status"],
          kind: kindOfEntry(onItsWay),
          text: onItsWay.text,
        }
      : {
          outbound: conversation.last_message_direction === "outbound",
          status: conversation.last_message_status ?? "received",
          kind: conversation.last_message_type ?? "text",
          text: conversation.last_message_text ?? "",
        };
  const Icon = kindIcon(shown.kind);
  return (
    <span
      className={cx(
        "flex min-w-0 flex-1 items-center gap-1 text-sm",
        emphasised ? "font-medium text-text" : "text-muted",
      )}
    >
      {shown.outbound && <Ticks status={shown.status} />}
      {Icon && <Icon aria-hidden="true" className="size-3.5 shrink-0" />}
      {/* Cut where the text ends in its own direction, standing where the list's direction has its start. */}
      <span dir="auto" className="min-w-0 flex-1 truncate text-ui-start">
        {conversation.last_message_id || shown.text
          ? plainText(shown.text) || kindName(shown.kind)
          : t("inbox.list.noMessages")}
      </span>
    </span>
  );
}
