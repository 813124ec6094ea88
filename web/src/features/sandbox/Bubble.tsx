/** One message on the phone's screen, and what the customer can do to it. */
import { Check, CheckCheck, ChevronDown, Clock, CornerUpLeft, Forward, Pencil, Trash2 } from "lucide-react";
import { useRef } from "react";
import { IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Menu, MenuItem, MenuSeparator } from "@/ui/Menu";
import type { Message } from "./api";
import { MessageContent, summary } from "./Content";
import { timeOf } from "./format";
import { t } from "./texts";

const EMOJI = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

/** What the customer does to a message. */
export type Doing =
  | { do: "reply" | "edit" | "revoke" }
  | { do: "react"; emoji: string }
  | { do: "press"; what: { button: number } | { row: string } };

export function Bubble({
  message,
  waId,
  author,
  quoted,
  quotedAuthor,
  joined,
  onDo,
  onShowQuoted,
}: {
  message: Message;
  waId: string;
  author: string;
  quoted: Message | undefined;
  quotedAuthor: string;
  joined: boolean;
  onDo: (doing: Doing) => void;
  onShowQuoted: () => void;
}) {
  const theirs = message.from_business;
  const waiting = theirs && message.status === "sent";
  const time = timeOf(message.at);
  const menu = useRef<HTMLSpanElement>(null);
  if (message.kind === "system")
    return (
      <p className="mx-auto mt-3 max-w-72 rounded-lg bg-hover px-3 py-1 text-center text-muted text-sm">
        {message.text}
      </p>
    );
  const mine = message.reactions.find((reaction) => !reaction.from_business)?.emoji;
  return (
    <div
      className={cx(
        "group flex items-center gap-1",
        joined ? "mt-0.5" : "mt-2.5",
        message.reactions.length > 0 && "mb-3",
        theirs ? "flex-row" : "flex-row-reverse",
      )}
    >
      <article
        id={domId(message)}
        tabIndex={-1}
        aria-label={t.bubble(author, time)}
        // A long press, or the other button of a mouse.
        onContextMenu={(event) => {
          if ((event.target as HTMLElement).closest("a, img, video, audio")) return;
          event.preventDefault();
          menu.current?.querySelector("button")?.click();
        }}
        className={cx(
          "relative min-w-0 max-w-[84%] rounded-xl px-3 py-1.5 focus:outline-2 focus:outline-accent",
          theirs ? "border border-line bg-bubble-in" : "bg-bubble-out",
          waiting && "border-dashed",
        )}
      >
        {message.forwarded && (
          <p className="flex items-center gap-1 text-muted text-xs italic">
            <Forward aria-hidden="true" className="size-3.5 rtl:-scale-x-100" />
            {t.forwarded}
          </p>
        )}
        {quoted && (
          <button
            type="button"
            title={t.showQuoted}
            onClick={onShowQuoted}
            className="mt-0.5 mb-1 block w-full rounded-md border-accent border-s-3 bg-hover/70 px-2 py-1 text-start text-sm"
          >
            <span className="block font-medium text-accent">{quotedAuthor}</span>
            <span className="line-clamp-2 text-muted [overflow-wrap:anywhere]">
              {summary(quoted.kind, quoted.text)}
            </span>
          </button>
        )}
        <MessageContent message={message} waId={waId} onPress={(what) => onDo({ do: "press", what })} />
        <p className="flex items-center justify-end gap-1 text-muted text-xs">
          {waiting && <span>{t.waiting} ·</span>}
          {message.edited && !message.revoked && <span>{t.edited} ·</span>}
          <time dateTime={new Date(message.at).toISOString()}>{time}</time>
          {waiting && <Clock aria-hidden="true" className="size-3.5" />}
          {!theirs && <Ticks message={message} />}
          <span className="sr-only">{t.status[message.status]}</span>
        </p>
        {message.reactions.length > 0 && (
          <p
            className={cx(
              "absolute -bottom-3.5 flex h-6 items-center gap-0.5 rounded-full border border-line bg-raised px-1.5 text-sm",
              theirs ? "start-2" : "end-2",
            )}
          >
            <span className="sr-only">{t.reactions}</span>
            {message.reactions.map((reaction) => (
              <span key={String(reaction.from_business)}>{reaction.emoji}</span>
            ))}
          </p>
        )}
      </article>
      {!message.revoked && (
        <span ref={menu} className="contents">
          <Menu
            align={theirs ? "start" : "end"}
            trigger={
              <IconButton
                size="sm"
                label={t.actionsOn(summary(message.kind, message.text).slice(0, 60))}
                className="opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 aria-expanded:opacity-100 pointer-coarse:opacity-100"
              >
                <ChevronDown aria-hidden="true" className="size-4" />
              </IconButton>
            }
          >
            <div className="flex">
              {EMOJI.map((emoji) => (
                <MenuItem
                  key={emoji}
                  aria-label={mine === emoji ? t.unreact(emoji) : t.react(emoji)}
                  onClick={() => onDo({ do: "react", emoji: mine === emoji ? "" : emoji })}
                  className={cx("justify-center px-1.5! text-xl", mine === emoji && "bg-accent-soft")}
                >
                  {emoji}
                </MenuItem>
              ))}
            </div>
            <MenuSeparator />
            <MenuItem onClick={() => onDo({ do: "reply" })}>
              <CornerUpLeft aria-hidden="true" className="size-4 rtl:-scale-x-100" />
              {t.reply}
            </MenuItem>
            {!theirs && message.kind === "text" && (
              <MenuItem onClick={() => onDo({ do: "edit" })}>
                <Pencil aria-hidden="true" className="size-4" />
                {t.edit}
              </MenuItem>
            )}
            {!theirs && (
              <MenuItem onClick={() => onDo({ do: "revoke" })}>
                <Trash2 aria-hidden="true" className="size-4" />
                {t.revoke}
              </MenuItem>
            )}
          </Menu>
        </span>
      )}
    </div>
  );
}

export function domId(message: Message): string {
  return `message-${message.id}`;
}

function Ticks({ message }: { message: Message }) {
  const Icon = message.status === "sent" ? Check : CheckCheck;
  const read = message.status === "read" || message.status === "played";
  return <Icon aria-hidden="true" className={cx("size-4", read ? "text-read" : "text-faint")} />;
}
