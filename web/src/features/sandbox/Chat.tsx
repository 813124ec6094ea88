/** The messages on the phone's screen, seen by the customer: theirs at the end side, the business's at the start. */
import { Fragment, useEffect, useLayoutEffect, useRef } from "react";
import { Bone, Delayed } from "@/ui/Skeleton";
import type { Message } from "./api";
import { Bubble, type Doing, domId } from "./Bubble";
import { dayOf, isSameDay } from "./format";
import { t } from "./texts";

/** Messages of one side closer than this stand together. */
const TOGETHER_MS = 5 * 60 * 1000;
/** Whoever is this close to the end wants to stay there. */
const NEAR_END_PX = 120;

export function Chat({
  messages,
  waId,
  customer,
  business,
  typing,
  onDo,
}: {
  messages: Message[] | null;
  waId: string;
  customer: string;
  business: string;
  typing: boolean;
  onDo: (message: Message, doing: Doing) => void;
}) {
  const log = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
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
    // The keyboard, or a message being typed, takes room away; a picture that has come takes room.
    const resized = new ResizeObserver(() => {
      if (atEnd.current) box.scrollTop = box.scrollHeight;
    });
    resized.observe(box);
    if (content.current) resized.observe(content.current);
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
      className="thin-scroll relative min-h-0 flex-1 overflow-y-auto px-3 pb-3 focus-visible:outline-offset-[-2px]"
    >
      <div ref={content} className="flex min-h-full shrink-0 flex-col">
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
                <p className="mx-auto mt-3 rounded-full border border-line bg-raised px-3 py-0.5 text-muted text-xs">
                  {dayOf(message.at)}
                </p>
              )}
              <Bubble
                message={message}
                waId={waId}
                author={message.from_business ? business : customer}
                quoted={quoted}
                quotedAuthor={quoted?.from_business ? business : t.you}
                joined={joined}
                onDo={(doing) => onDo(message, doing)}
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
    </div>
  );
}
