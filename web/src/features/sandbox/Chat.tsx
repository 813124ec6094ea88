/** The messages on the phone's screen, seen by the customer: theirs at the end side, the business's at the start. */
import { Check, CheckCheck, Clock, CornerUpLeft } from "lucide-react";
import { Fragment, useEffect, useLayoutEffect, useRef } from "react";
import { IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Bone, Delayed } from "@/ui/Skeleton";
import type { Message } from "./api";
import { dayOf, isSameDay, timeOf } from "./format";
import { t } from "./texts";

/** Messages of one side closer than this stand together. */
const TOGETHER_MS = 5 * 60 * 1000;
/** Whoever is this close to the end wants to stay there. */
const NEAR_END_PX = 120;

export function Chat({
  messages,
  customer,
  business,
  typing,
  onReply,
}: {
  messages: Message[] | null;
  customer: string;
  business: string;
  typing: boolean;
  onReply: (message: Message) => void;
}) {
  const log = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const last = messages?.at(-1);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is new decides, not what it is made of
  useLayoutEffect(() => {
    const box = log.current;
    if (box && (atEnd.current || last?.from_business === false)) box.scrollTop = box.scrollHeight;
  }, [last?.id, typing, messages === null]);

  useEffect(() => {
    const box = log.current;
    if (!box) return;
    // The keyboard, or a message being typed, takes room away.
    const resized = new ResizeObserver(() => {
      if (atEnd.current) box.scrollTop = box.scrollHeight;
    });
    resized.observe(box);
    return () => resized.disconnect();
  }, []);

  const find = (id: string | null) => (id === null ? undefined : messages?.find((m) => m.id === id));
  const show = (message: Message) => {
    const bubble = document.getElementById(domId(message));
    bubble?.scrollIntoView({ block: "center" });
    bubble?.focus({ preventScroll: true });
  };

  return (
    <div
      ref={log}
      role="log"
      aria-label={t.messagesWith(business)}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      onScroll={({ currentTarget: box }) => {
        atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
      }}
      className="thin-scroll flex min-h-0 flex-1 flex-col overflow-y-auto px-3 pb-3 focus-visible:outline-offset-[-2px]"
    >
      {messages === null && (
        <Delayed>
          <Bone className="mt-4 h-10 w-3/5" />
          <Bone className="mt-2 h-10 w-2/5 self-end" />
        </Delayed>
      )}
      {messages?.length === 0 && (
        <p className="m-auto max-w-64 text-center text-muted">{t.startHint(business)}</p>
      )}
      {/* Pushes few messages down to the box where they are typed. */}
      {messages && messages.length > 0 && <div className="mt-auto" />}
      {messages?.map((message, index) => {
        const before = messages[index - 1];
        const newDay = !before || !isSameDay(before.at, message.at);
        const joined =
          !newDay && before.from_business === message.from_business && message.at - before.at < TOGETHER_MS;
        const quoted = find(message.reply_to);
        return (
          <Fragment key={message.id}>
            {newDay && (
              <p className="sticky top-2 z-10 mx-auto mt-3 rounded-full border border-line bg-raised px-3 py-0.5 text-muted text-xs">
                {dayOf(message.at)}
              </p>
            )}
            <Bubble
              message={message}
              author={message.from_business ? business : customer}
              quoted={quoted}
              quotedAuthor={quoted?.from_business ? business : t.you}
              joined={joined}
              onReply={() => onReply(message)}
              onShowQuoted={() => quoted && show(quoted)}
            />
          </Fragment>
        );
      })}
      {typing && (
        <p className="mt-2 flex h-9 items-center gap-1 self-start rounded-xl border border-line bg-bubble-in px-3.5">
          <span className="sr-only">{t.typing}</span>
          {[0, 150, 300].map((delay) => (
            <span
              key={delay}
              aria-hidden="true"
              style={{ animationDelay: `${delay}ms` }}
              className="size-1.5 animate-pulse rounded-full bg-muted"
            />
          ))}
        </p>
      )}
    </div>
  );
}

function Bubble({
  message,
  author,
  quoted,
  quotedAuthor,
  joined,
  onReply,
  onShowQuoted,
}: {
  message: Message;
  author: string;
  quoted: Message | undefined;
  quotedAuthor: string;
  joined: boolean;
  onReply: () => void;
  onShowQuoted: () => void;
}) {
  const theirs = message.from_business;
  const waiting = theirs && message.status === "sent";
  const time = timeOf(message.at);
  return (
    <div
      className={cx(
        "group flex items-center gap-1",
        joined ? "mt-0.5" : "mt-2.5",
        theirs ? "flex-row" : "flex-row-reverse",
      )}
    >
      <article
        id={domId(message)}
        tabIndex={-1}
        aria-label={t.bubble(author, time)}
        className={cx(
          "min-w-0 max-w-[84%] rounded-xl px-3 py-1.5 focus:outline-2 focus:outline-accent",
          theirs ? "border border-line bg-bubble-in" : "bg-bubble-out",
          waiting && "border-dashed",
        )}
      >
        {quoted && (
          <button
            type="button"
            title={t.showQuoted}
            onClick={onShowQuoted}
            className="mt-0.5 mb-1 block w-full rounded-md border-accent border-s-3 bg-hover/70 px-2 py-1 text-start text-sm"
          >
            <span className="block font-medium text-accent">{quotedAuthor}</span>
            <span className="line-clamp-2 text-muted [overflow-wrap:anywhere]">{quoted.text}</span>
          </button>
        )}
        <p dir="auto" className="whitespace-pre-wrap [overflow-wrap:anywhere]">
          {message.text}
        </p>
        <p className="flex items-center justify-end gap-1 text-muted text-xs">
          {waiting && <span>{t.waiting} ·</span>}
          <time dateTime={new Date(message.at).toISOString()}>{time}</time>
          {waiting && <Clock aria-hidden="true" className="size-3.5" />}
          {!theirs && <Ticks message={message} />}
          <span className="sr-only">{t.status[message.status]}</span>
        </p>
      </article>
      {theirs && (
        <IconButton
          size="sm"
          label={t.replyTo(message.text.slice(0, 60))}
          onClick={onReply}
          className="opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100"
        >
          <CornerUpLeft aria-hidden="true" className="size-4 rtl:-scale-x-100" />
        </IconButton>
      )}
    </div>
  );
}

function Ticks({ message }: { message: Message }) {
  const Icon = message.status === "sent" ? Check : CheckCheck;
  return (
    <Icon
      aria-hidden="true"
      className={cx("size-4", message.status === "read" ? "text-read" : "text-faint")}
    />
  );
}

function domId(message: Message): string {
  return `message-${message.id}`;
}
