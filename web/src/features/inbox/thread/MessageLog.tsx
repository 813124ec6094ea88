/** The messages of a conversation, with their days, quotes and the way back to the latest. */
import { ArrowDown, Info, MessagesSquare } from "lucide-react";
import {
  memo,
  type RefObject,
  Suspense,
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from "react";
import { isNotFound } from "@/api/errors";
import { useMe } from "@/app/me";
import { useReasons } from "@/app/permission";
import { useNow } from "@/app/useNow";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import type { MessageList } from "@/live/messages";
import type { Aside } from "@/live/timeline";
import { useMemberMap } from "@/team/queries";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { lazy } from "@/ui/lazy";
import { notify } from "@/ui/toast";
import { useAfterPaint } from "@/ui/useAfterPaint";
import { useSummary } from "../kinds";
import { useOutbox, useOutboxOf } from "../outbox";
import { useConversationActions } from "../queries/actions";
import type { useThread } from "../queries/thread";
import { useTimeline } from "../queries/timeline";
import { ActivityLine } from "./ActivityLine";
import { moveThrough } from "./keyboard";
import { type Bubble, firstUnread, layOut, toBubbles } from "./layout";
import { type BubbleActions, MessageBubble, type Quote } from "./MessageBubble";
import { NoteCard } from "./NoteCard";
import { CustomerName } from "./Reactions";
import { useThreadScroll } from "./useThreadScroll";

const Viewer = lazy(() => import("./Viewer"));
const ConfirmDialog = lazy(() =>
  import("@/app/pages/ConfirmDialog").then((file) => ({ default: file.ConfirmDialog })),
);

export type LogHandle = { toEnd: () => void };

const END = Symbol("end");
/** So many bubbles fill a large screen, */
const FIRST = 24;
/** and so many of what is read stand above the divider when a thread opens there. */
const ABOVE_UNREAD = 8;

/** The way to what is not loaded. */
type Pages = ReturnType<typeof useThread>["pages"];

/** Drawn again for what it shows only: beside it somebody types. */
export const MessageLog = memo(function MessageLog({
  conversation,
  contactName,
  list,
  opened,
  unreadAtOpen,
  pages,
  target,
  onReply,
  onTake,
  canReact,
  onEnd,
  handle,
}: {
  conversation: string;
  contactName: string;
  list: MessageList;
  /** Another number when it is opened again, with another divider or none. */
  opened: number;
  unreadAtOpen: number;
  pages: Pages;
  /** The message to open at. */
  target: string | undefined;
  onReply: ((bubble: Bubble) => void) | null;
  /** Takes over a reply that was proposed. */
  onTake: ((text: string) => void) | null;
  canReact: boolean;
  /** Told whether the newest message is in view. */
  onEnd: (atEnd: boolean) => void;
  handle: RefObject<LogHandle | null>;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const me = useMe().member.id;
  const reasonFor = useReasons();
  const noSending = reasonFor("messages:send");
  const noDeleting = reasonFor("messages:delete");
  const noNotes = reasonFor("notes:write");
  const members = useMemberMap();
  const summary = useSummary();
  const outbox = useOutbox();
  const entries = useOutboxOf(conversation);
  const { retryMessage, react, deleteMessage } = useConversationActions();
  const [viewed, setViewed] = useState<string | null>(null);
  const [deleting, setDeleting] = useState<string | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);

  // The divider stays where it was when the conversation was opened, whatever is read meanwhile.
  const [{ at, unread }, setDivider] = useState(() => divider(opened, list, unreadAtOpen));
  if (at !== opened) setDivider(divider(opened, list, unreadAtOpen));
  const bubbles = useMemo(() => toBubbles(list.rows, entries, me), [list.rows, entries, me]);
  const [shown, isWhole] = useTailFirst(bubbles, unread, target !== undefined);
  // As far as the messages reach, to both sides.
  const asides = useTimeline(
    conversation,
    list.older === null ? null : (list.rows[0]?.created_at ?? null),
    list.newer === null ? null : (list.rows.at(-1)?.created_at ?? null),
  );
  const days = useMemo(
    () => layOut(shown, format.dayKey, unread, isWhole ? asides : since(shown[0], asides)),
    [shown, isWhole, format, unread, asides],
  );
  const byId = useMemo(() => new Map(list.rows.map((row) => [row.id, row])), [list.rows]);
  // What can be done with a message does not change because another one comes: nothing is drawn again for that.
  const messages = useRef(byId);
  messages.current = byId;

  const { loadOlder, isLoadingOlder, olderError, loadNewer, isLoadingNewer, newerError, show } = pages;
  const hasOlder = list.older !== null;
  const hasNewer = list.newer !== null;
  const scroll = useThreadScroll({
    scroller,
    content,
    version: days,
    opened,
    onNearTop: () => {
      if (isWhole && hasOlder && !isLoadingOlder && !olderError) void loadOlder();
    },
    hasMoreBelow: hasNewer,
    onNearBottom: () => {
      if (hasNewer && !isLoadingNewer && !newerError) void loadNewer();
    },
  });
  const { atEnd, toKey } = scroll;
  /** Where to go once it is loaded: a message, or the end. */
  const wanted = useRef<string | typeof END | null>(null);
  const scrollToEnd = scroll.toEnd;
  const toEnd = useCallback(
    (smooth = false) => {
      if (!hasNewer) {
        scrollToEnd(smooth);
        return;
      }
      wanted.current = END;
      show().catch(() => {
        wanted.current = null;
        notify(t("inbox.newerFailed"));
      });
    },
    [hasNewer, scrollToEnd, show, t],
  );
  useImperativeHandle(handle, () => ({ toEnd }), [toEnd]);
  useEffect(() => onEnd(atEnd), [atEnd, onEnd]);
  const missed = useMissed(bubbles, atEnd);

  // A page may be too short to scroll: go on until there is something to scroll, or nothing left.
  useEffect(() => {
    const view = scroller.current;
    if (!view || !isWhole || !hasOlder || isLoadingOlder || olderError) return;
    if (view.scrollHeight <= view.clientHeight) void loadOlder();
  }, [isWhole, hasOlder, isLoadingOlder, olderError, loadOlder]);

  const jump = useCallback(
    (id: string) => {
      const message = messages.current.get(id);
      if (message && toKey(message.idempotency_key ?? id)) return;
      wanted.current = id;
      show(id).catch((error: unknown) => {
        wanted.current = null;
        notify(isNotFound(error) ? t("inbox.message.gone") : t("inbox.olderFailed"));
      });
    },
    [toKey, show, t],
  );
  useEffect(() => {
    if (wanted.current === END) {
      if (hasNewer) return;
      wanted.current = null;
      scrollToEnd();
      return;
    }
    const message = wanted.current ? byId.get(wanted.current) : undefined;
    if (!message) return;
    wanted.current = null;
    toKey(message.idempotency_key ?? message.id);
  }, [byId, hasNewer, toKey, scrollToEnd]);
  const arrived = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (arrived.current === target) return;
    arrived.current = target;
    if (target) jump(target);
  }, [target, jump]);
  // Who comes back by the same address wants to go there again.
  useEffect(
    () => () => {
      arrived.current = undefined;
    },
    [],
  );

  const actions = useMemo<BubbleActions>(
    () => ({
      reply: onReply,
      react: canReact
        ? (bubble, emoji) => {
            const message = bubble.id ? messages.current.get(bubble.id) : undefined;
            if (message) void react(message, me, emoji);
          }
        : null,
      retry: (bubble) => {
        const message = bubble.id ? messages.current.get(bubble.id) : undefined;
        if (message) void retryMessage(message);
        else outbox.retryEntry(bubble.key);
      },
      remove: noDeleting ? null : (bubble) => setDeleting(bubble.id),
      refused: { send: noSending, remove: noDeleting },
      discard: (bubble) => outbox.discard(bubble.key),
      jump,
      open: setViewed,
    }),
    [onReply, retryMessage, react, outbox, jump, canReact, noSending, noDeleting, me],
  );

  const authorOf = (senderType: string, senderId: string | null, isEcho: boolean) => {
    if (senderType === "customer") return contactName;
    if (isEcho) return t("inbox.message.phone");
    if (senderId === me) return t("common.you");
    if (senderId) return members.get(senderId)?.name ?? t("inbox.message.formerMember");
    return t("inbox.message.automatic");
  };
  const quoteOf = (bubble: Bubble): Quote | null => {
    if (!bubble.replyTo) return null;
    const message = byId.get(bubble.replyTo);
    if (!message)
      return { key: null, author: t("inbox.message.earlier"), text: t("inbox.message.showEarlier") };
    return {
      key: message.idempotency_key ?? message.id,
      author: authorOf(message.sender_type, message.sender_id ?? null, message.is_echo),
      text: summary(message),
    };
  };

  return (
    <CustomerName value={contactName}>
      <div className="relative min-h-0 flex-1">
        <div
          ref={scroller}
          onKeyDown={moveThrough}
          role="log"
          aria-label={t("inbox.messages")}
          aria-live="off"
          aria-busy={isLoadingOlder || isLoadingNewer}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
          tabIndex={0}
          className="thin-scroll h-full overflow-y-auto overscroll-contain bg-sunken outline-offset-[-2px] [overflow-anchor:none]"
        >
          <div ref={content} className="flex min-h-full flex-col justify-end pb-3">
            {olderError ? (
              <p className="flex items-center justify-center gap-3 py-3 text-muted text-sm">
                {t("inbox.olderFailed")}
                <Button size="sm" onClick={() => void loadOlder()}>
                  {t("common.retry")}
                </Button>
              </p>
            ) : (
              hasOlder && <p className="py-3 text-center text-muted text-sm">{t("inbox.loadingOlder")}</p>
            )}
            {bubbles.length === 0 && asides.length === 0 && (
              <EmptyState icon={MessagesSquare} title={t("inbox.emptyThread.title")}>
                {t("inbox.emptyThread.hint")}
              </EmptyState>
            )}
            {days.map((day) => (
              <section key={day.key} aria-label={format.day(day.at, now)}>
                <h2 className="pointer-events-none sticky top-2 z-10 my-2 flex justify-center">
                  <span className="rounded-full border border-line bg-surface/95 px-2.5 py-0.5 font-medium text-muted text-xs">
                    {format.day(day.at, now)}
                  </span>
                </h2>
                {day.items.map((item) =>
                  item.kind === "unread" ? (
                    <div
                      key="unread"
                      data-unread
                      className="my-2 flex items-center gap-3 px-4 font-medium text-accent text-xs before:h-px before:flex-1 before:bg-accent/40 after:h-px after:flex-1 after:bg-accent/40"
                    >
                      {t("inbox.unreadDivider", { count: item.count })}
                    </div>
                  ) : item.kind === "aside" ? (
                    item.aside.kind === "note" ? (
                      <NoteCard
                        key={item.aside.id}
                        note={item.aside.note}
                        me={me}
                        onTake={onTake}
                        reason={
                          noDeleting
                            ? (noNotes ??
                              (item.aside.note.author_id === me ? undefined : t("inbox.note.notYours")))
                            : undefined
                        }
                      />
                    ) : (
                      <ActivityLine
                        key={item.aside.id}
                        activity={item.aside.activity}
                        customer={contactName}
                      />
                    )
                  ) : item.kind === "line" ? (
                    <Line key={item.bubble.key} bubble={item.bubble} />
                  ) : (
                    <Row
                      key={item.bubble.key}
                      bubble={item.bubble}
                      first={item.first}
                      last={item.last}
                      author={authorOf(item.bubble.senderType, item.bubble.senderId, item.bubble.isEcho)}
                      quote={quoteOf(item.bubble)}
                      me={me}
                      actions={actions}
                    />
                  ),
                )}
              </section>
            ))}
            {newerError ? (
              <p className="flex items-center justify-center gap-3 py-3 text-muted text-sm">
                {t("inbox.newerFailed")}
                <Button size="sm" onClick={() => void loadNewer()}>
                  {t("common.retry")}
                </Button>
              </p>
            ) : (
              hasNewer && <p className="py-3 text-center text-muted text-sm">{t("inbox.loadingNewer")}</p>
            )}
          </div>
        </div>
        {!atEnd && (
          <button
            type="button"
            onClick={() => toEnd(true)}
            className="absolute end-4 bottom-3 inline-flex h-9 items-center gap-2 rounded-full border border-line bg-raised px-3 font-medium text-sm shadow-pop hover:bg-hover pointer-coarse:h-11"
          >
            <ArrowDown aria-hidden="true" className="size-4" />
            {t("inbox.jumpToLatest")}
            {missed > 0 && (
              <span className="rounded-full bg-accent px-1.5 font-semibold text-on-accent text-xs tabular-nums">
                {format.number(missed)}
                <span className="sr-only"> {t("inbox.list.unread", { count: missed })}</span>
              </span>
            )}
          </button>
        )}
        {deleting && (
          <Suspense fallback={null}>
            <ConfirmDialog
              open
              onClose={() => setDeleting(null)}
              title={t("inbox.deletion.messageTitle")}
              description={t("inbox.deletion.messageHint")}
              action={t("inbox.deletion.message")}
              onConfirm={() => deleteMessage(conversation, deleting)}
            />
          </Suspense>
        )}
        {viewed && (
          <Suspense fallback={null}>
            <Viewer bubbles={bubbles} start={viewed} onClose={() => setViewed(null)} />
          </Suspense>
        )}
      </div>
    </CustomerName>
  );
});

function divider(at: number, { rows }: MessageList, unread: number) {
  return { at, unread: firstUnread(rows, unread) };
}

/** What the provider says, between the bubbles. */
function Line({ bubble }: { bubble: Bubble }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <p
      data-key={bubble.key}
      className="flex items-center justify-center gap-1.5 px-6 py-2 text-center text-muted text-xs"
    >
      <Info aria-hidden="true" className="size-3.5 shrink-0" />
      <span dir="auto">{bubble.text || bubble.content.system?.body || t("inbox.kind.system")}</span>
      <time dateTime={bubble.at} title={format.full(bubble.at)} className="shrink-0 text-faint">
        {format.time(bubble.at)}
      </time>
    </p>
  );
}

/** Keeps a bubble from being drawn again because its neighbours changed: quotes are compared by what they say. */
function Row({ quote, ...rest }: Parameters<typeof MessageBubble>[0]) {
  const { key, author, text } = quote ?? {};
  const kept = useMemo(
    () => (author === undefined || text === undefined ? null : { key: key ?? null, author, text }),
    [key, author, text],
  );
  return <MessageBubble {...rest} quote={kept} />;
}

/** What fills the view is drawn first, then the rest of what is loaded. Also says whether it is all there. */
function useTailFirst(
  bubbles: Bubble[],
  unread: { key: string } | null,
  everything: boolean,
): [Bubble[], boolean] {
  const painted = useAfterPaint();
  const isWhole = painted || everything;
  const shown = useMemo(() => {
    if (isWhole) return bubbles;
    const divider = unread ? bubbles.findIndex(({ key }) => key === unread.key) : -1;
    const tail = bubbles.length - FIRST;
    return bubbles.slice(Math.max(0, divider < 0 ? tail : Math.min(tail, divider - ABOVE_UNREAD)));
  }, [bubbles, isWhole, unread]);
  return [shown, isWhole];
}

/** Those that stand among the messages from this one on. */
function since(first: Bubble | undefined, asides: Aside[]): Aside[] {
  return first ? asides.filter(({ at }) => at >= first.at) : asides;
}

/** Messages from the customer that came while the end was out of view. */
function useMissed(bubbles: Bubble[], atEnd: boolean): number {
  const [seen, setSeen] = useState(bubbles.at(-1)?.at ?? "");
  const newest = bubbles.at(-1)?.at ?? "";
  useEffect(() => {
    if (atEnd) setSeen(newest);
  }, [atEnd, newest]);
  if (atEnd) return 0;
  let count = 0;
  for (let at = bubbles.length - 1; at >= 0; at--) {
    const bubble = bubbles[at];
    if (!bubble || bubble.at <= seen) break;
    if (!bubble.outbound) count += 1;
  }
  return count;
}
