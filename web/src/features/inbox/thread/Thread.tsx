/** The middle column: one conversation, its messages and the reply to them. */

import { Paperclip, TriangleAlert } from "lucide-react";
import { memo, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Conversation } from "@/api/types";
import { useCan, useMe } from "@/app/me";
import { useReasons } from "@/app/permission";
import { useDocumentVisible } from "@/app/useDocumentVisible";
import { useTranslation } from "@/i18n/useTranslation";
import { useLiveState } from "@/live/context";
import type { MessageList } from "@/live/messages";
import { useContactName } from "@/team/queries";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { warm } from "@/ui/lazy";
import { Bone, Delayed } from "@/ui/Skeleton";
import { focusTextBox, useShortcuts } from "@/ui/shortcuts";
import { notify } from "@/ui/toast";
import { afterPaint, inNextFrame } from "@/ui/useAfterPaint";
import { attach, trayOf } from "../composer/attachments";
import { useLock } from "../composer/lock";
import { type Mode, ReplyOrNote } from "../composer/ReplyOrNote";
import { useFilesDropped } from "../composer/useFilesDropped";
import { readDraft, useReplyTo, writeDraft } from "../drafts";
import { useSummary } from "../kinds";
import { focusedRow } from "../list/focus";
import { useOffers } from "../offers";
import { ThreadPresence } from "../presence/ThreadPresence";
import { useConversationActions } from "../queries/actions";
import { useThread } from "../queries/thread";
import { pressIn } from "./keyboard";
import type { Bubble } from "./layout";
import { loadRich } from "./MessageBubble";
import { type LogHandle, MessageLog } from "./MessageLog";
import { ThreadHeader } from "./ThreadHeader";

// Wanted by nearly every thread; fetched beside the first page of messages.
warm(loadRich);

/** So long the messages come before all that stands beside them. */
const PATIENCE_MS = 400;

const NO_ROWS: MessageList["rows"] = [];

export const Thread = memo(function Thread({
  conversation,
  visit,
  target,
  startMode,
  onBack,
  sidebarOpen,
  onToggleSidebar,
  onSeen,
}: {
  conversation: Conversation;
  /** Another number each time it is opened: it stays in the page meanwhile. */
  visit: number;
  /** The message to open it at. */
  target: string | undefined;
  /** What one opened it for. */
  startMode: Mode;
  onBack: (() => void) | null;
  sidebarOpen: boolean;
  onToggleSidebar: () => void;
  /** Told once the messages have been in a frame, or why there are none, or when they take long. */
  onSeen: () => void;
}) {
  const { t } = useTranslation();
  const contactName = useContactName();
  const summary = useSummary();
  const me = useMe().member.id;
  const name = contactName(conversation.contact);
  const canSend = useCan("messages:send");
  const canWrite = useCan("conversations:write");
  const reasonFor = useReasons();
  const [mode, setMode] = useState<Mode>(startMode);
  const offers = useOffers(conversation);
  const { list, error, reload, pages } = useThread(conversation.id, target);
  const isThere = Boolean(list || error);
  useEffect(() => {
    if (isThere) return afterPaint(onSeen);
    const timer = setTimeout(onSeen, PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isThere, onSeen]);
  const unread = conversation.unread_count;
  /** `since`: the visit from which on the divider stands where it stands, or there is none. */
  const [opening, setOpening] = useState({ visit, unread, since: visit });
  if (opening.visit !== visit) {
    setOpening({ visit, unread, since: unread > 0 || opening.unread > 0 ? visit : opening.since });
    // A note is begun anew, so that nobody writes one for a reply; what was written of it is kept.
    setMode(startMode);
  }
  const [atEnd, setAtEnd] = useState(true);
  const replyTo = useReplyTo(conversation.id);
  const input = useRef<HTMLTextAreaElement>(null);
  const log = useRef<LogHandle>(null);
  const area = useRef<HTMLElement>(null);
  const locked = useLock(conversation) !== null;
  const over = useFilesDropped(
    area,
    locked
      ? null
      : (files) => {
          setMode("reply");
          attach(trayOf(me, conversation.id), files);
          input.current?.focus();
        },
  );

  const reply = useCallback(
    (bubble: Bubble) => {
      writeDraft(me, conversation.id, { ...readDraft(me, conversation.id), replyTo: bubble.id });
      setMode("reply");
      focusTextBox(input, inNextFrame);
    },
    [me, conversation.id],
  );

  /** A proposed reply goes below what is written already: nothing of it is lost. */
  const take = useCallback(
    (text: string) => {
      const draft = readDraft(me, conversation.id);
      const written = draft.text.trim();
      writeDraft(me, conversation.id, { ...draft, text: written ? `${written}\n\n${text}` : text });
      setMode("reply");
      focusTextBox(input, inNextFrame);
    },
    [me, conversation.id],
  );

  /** With another row in focus the keys are about that one. */
  const meant = () => (focusedRow() ?? conversation.id) === conversation.id;
  const write = (next: Mode, reason: string | undefined) => {
    if (!meant()) return false;
    if (reason) notify(reason);
    else if (next === "note" || !pressIn("[data-reply]")) {
      setMode(next);
      if (next === "note" || !locked) focusTextBox(input, inNextFrame);
    }
    return true;
  };

  useShortcuts({
    r: () => write("reply", reasonFor("messages:send")),
    n: () => write("note", reasonFor("notes:write")),
    "+": () => pressIn("[data-menu]"),
  });

  const quotedMessage = replyTo ? list?.rows.find((row) => row.id === replyTo) : undefined;
  const quoted = useMemo(
    () =>
      quotedMessage
        ? {
            author: quotedMessage.direction === "inbound" ? name : t("common.you"),
            text: summary(quotedMessage),
          }
        : null,
    [quotedMessage, name, summary, t],
  );
  const toEnd = useCallback(() => log.current?.toEnd(), []);

  return (
    <section
      ref={area}
      aria-label={t("inbox.threadWith", { name })}
      className="relative flex h-full min-h-0 min-w-0 flex-1 flex-col"
    >
      <ThreadHeader
        conversation={conversation}
        onBack={onBack}
        sidebarOpen={sidebarOpen}
        onToggleSidebar={onToggleSidebar}
      />
      {list ? (
        <MessageLog
          conversation={conversation.id}
          contactName={name}
          list={list}
          opened={opening.since}
          unreadAtOpen={opening.unread}
          pages={pages}
          target={target}
          onReply={canSend && offers.quotes ? reply : null}
          onTake={canSend ? take : null}
          canReact={canSend && offers.reactions}
          onEnd={setAtEnd}
          handle={log}
        />
      ) : (
        <div className="min-h-0 flex-1 bg-sunken">
          {error ? (
            <EmptyState
              icon={TriangleAlert}
              title={t("inbox.threadFailed")}
              action={<Button onClick={() => void reload()}>{t("common.retry")}</Button>}
            >
              {error.message}
            </EmptyState>
          ) : (
            <Delayed>
              <div
                role="status"
                aria-label={t("common.loading")}
                className="flex h-full flex-col justify-end gap-3 p-4"
              >
                <Bone className="h-9 w-2/5" />
                <Bone className="h-14 w-1/2" />
                <Bone className="h-9 w-1/3 self-end" />
                <Bone className="h-9 w-2/5" />
              </div>
            </Delayed>
          )}
        </div>
      )}
      <ThreadPresence
        conversation={conversation.id}
        lastMessageAt={conversation.last_message_at}
        rows={list?.rows ?? NO_ROWS}
      />
      <ReplyOrNote
        mode={mode}
        onMode={setMode}
        onNoted={toEnd}
        conversation={conversation}
        input={input}
        quoted={quoted}
        onSent={toEnd}
      />
      {/* With each visit they begin anew. */}
      <MarkRead
        key={`read ${visit}`}
        conversation={conversation}
        allowed={canWrite && isOurs(conversation, me) && Boolean(list)}
        atEnd={atEnd}
      />
      <Announcer key={visit} name={name} list={list} />
      {over && (
        <div className="pointer-events-none absolute inset-2 z-30 flex items-center justify-center rounded-xl border-2 border-accent border-dashed bg-[color-mix(in_oklch,var(--accent-soft)_88%,transparent)]">
          <p className="flex items-center gap-2 font-medium text-accent text-lg">
            <Paperclip aria-hidden="true" className="size-5" />
            {t("inbox.composer.drop")}
          </p>
        </div>
      )}
    </section>
  );
});

/**
 * Whether this member's reading counts for everybody: who only looks at what is a colleague's, or nobody's yet, leaves
 * it unread. Once it is answered there is nothing left to be read.
 */
function isOurs({ assigned_agent_id, last_message_direction }: Conversation, me: string): boolean {
  return assigned_agent_id === me || last_message_direction === "outbound";
}

/**
 * What an agent has in front of them is read: on opening, and as messages come while the end is in view. Not in a
 * hidden tab, not by somebody who may only look.
 */
function MarkRead({
  conversation,
  allowed,
  atEnd,
}: {
  conversation: Conversation;
  allowed: boolean;
  atEnd: boolean;
}) {
  const { markRead } = useConversationActions();
  const visible = useDocumentVisible();
  const connected = useLiveState() === "open";
  const opened = useRef(false);
  const tried = useRef("");
  const seen = useRef("");
  const { id, unread_count: unread, last_message_id: last } = conversation;

  useEffect(() => {
    if (unread === 0) seen.current = `${id} ${last}`;
    // Unread again with nothing new in it: somebody left it so as a reminder.
    if (!allowed || !visible || unread === 0 || seen.current === `${id} ${last}`) return;
    if (opened.current && !atEnd) return;
    opened.current = true;
    // One attempt for each state of things: a server that refuses is not asked again and again.
    const attempt = `${id} ${last} ${connected}`;
    if (tried.current === attempt) return;
    tried.current = attempt;
    void markRead(id);
  }, [allowed, visible, unread, atEnd, id, last, connected, markRead]);

  return null;
}

/** Tells screen readers of each new message from the customer; pages that are loaded later are silent. */
function Announcer({ name, list }: { name: string; list: MessageList | undefined }) {
  const { t } = useTranslation();
  const summary = useSummary();
  const newest = list?.rows.findLast((row) => row.direction === "inbound");
  const known = useRef<string | null>(null);
  const [text, setText] = useState("");
  const loaded = list !== undefined;

  useEffect(() => {
    if (!loaded) return;
    const id = newest?.id ?? "";
    if (known.current !== null && known.current !== id && newest) {
      setText(t("inbox.announce", { name, text: summary(newest) }));
    }
    known.current = id;
  }, [loaded, newest, name, t, summary]);

  return (
    <p aria-live="polite" className="sr-only">
      {text}
    </p>
  );
}
