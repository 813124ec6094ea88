/** The inbox: list, thread and contact side by side; one of them at a time where there is no room. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { MessageCircleQuestion, MessagesSquare, TriangleAlert } from "lucide-react";
import { Suspense, useCallback, useEffect, useRef, useState } from "react";
import { isNotFound } from "@/api/errors";
import { useOpenPalette } from "@/app/palette/context";
import { type Needed, useReasons } from "@/app/permission";
import { storage } from "@/app/storage";
import { useIsNarrow, useIsTight } from "@/app/useMediaQuery";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { EmptyState } from "@/ui/EmptyState";
import { Kbd } from "@/ui/Kbd";
import { lazy, warm } from "@/ui/lazy";
import { textBoxIsComing, useShortcuts } from "@/ui/shortcuts";
import { notify } from "@/ui/toast";
import { useAfterPaint } from "@/ui/useAfterPaint";
import type { Mode } from "./composer/ReplyOrNote";
import { filterOf, searchOf } from "./filter";
import { ConversationPane } from "./list/ConversationPane";
import { focusedRow, focusRow, keepingPlace, step } from "./list/focus";
import { knownConversation, useConversationActions } from "./queries/actions";
import { useConversation } from "./queries/conversation";
import { useIsUnconnected, Welcome } from "./Welcome";

const SIDEBAR = "recado.inbox.sidebar";
const loadThread = () => import("./thread/Thread").then(({ Thread }) => ({ default: Thread }));
const Thread = lazy(loadThread);
const ContactSidebar = lazy(() => import("./sidebar/ContactSidebar"));
const SidebarOverlay = lazy(() => import("./sidebar/SidebarOverlay"));

const EMPTY_SIDEBAR = <div className="h-full border-line border-s bg-surface" />;

export function InboxPage() {
  const search = useSearch({ from: "/app/inbox" });
  const navigate = useNavigate();
  const narrow = useIsNarrow();
  const filter = filterOf(search);
  const searchBox = useRef<HTMLInputElement>(null);
  const cache = useQueryClient();
  const openPalette = useOpenPalette();
  const reasonFor = useReasons();
  const { change, markRead, markUnread } = useConversationActions();
  /** The conversation that was opened to write in it, and what. */
  const [start, setStart] = useState<{ id: string; mode: Mode } | null>(null);
  const selected = search.c;

  // The list comes first; whoever then opens a conversation does not wait for what shows it.
  useEffect(() => warm(loadThread), []);

  const close = useCallback(() => {
    const row = selected;
    return navigate({ to: "/inbox", search: ({ c: _, m: __, ...rest }) => rest }).then(() => focusRow(row));
  }, [navigate, selected]);

  const leave = () => {
    // From the box to the list first: a second Escape leaves the conversation.
    const box = document.activeElement;
    if (!(box instanceof HTMLTextAreaElement)) {
      if (selected) void close();
    } else if (!focusRow(selected)) {
      // The list shows others: no reason to keep anybody in the box.
      box.blur();
    }
  };

  /** What a key is about: the row that has the focus, or the conversation that is open. */
  const meant = () => focusedRow() ?? selected;
  const refused = (needed: Needed) => {
    const reason = reasonFor(needed);
    if (reason) notify(reason);
    return Boolean(reason);
  };
  /** Opens the focused row to write in it; the open conversation answers to these keys by itself. */
  const write = (mode: Mode) => {
    const id = focusedRow();
    if (!id || id === selected) return false;
    if (refused(mode === "note" ? "notes:write" : "messages:send")) return true;
    setStart({ id, mode });
    textBoxIsComing();
    void navigate({ to: "/inbox", search: ({ m: _, ...rest }) => ({ ...rest, c: id }) });
    return true;
  };
  const closeOrReopen = () => {
    const id = meant();
    const known = id && knownConversation(cache, id);
    if (!known || refused("conversations:write")) return;
    keepingPlace(() => void change(id, { status: known.status === "closed" ? "open" : "closed" }));
  };
  const readOrUnread = () => {
    const id = meant();
    const known = id && knownConversation(cache, id);
    if (!known || refused("conversations:write")) return;
    if (known.unread_count > 0) void markRead(id);
    // As from the menu: what is left for later is not in front of anybody.
    else if (id === selected) void close().then(() => markUnread(id));
    else void markUnread(id);
  };
  const onlyUnread = () => {
    const { unread, ...rest } = filter;
    const next = unread ? rest : { ...filter, unread: true as const };
    void navigate({ to: "/inbox", search: searchOf(next, selected, search.view) }).then(() => {
      // The rows are others now.
      if (document.activeElement === document.body)
        document.querySelector<HTMLElement>("[role=tabpanel]")?.focus();
    });
  };

  useShortcuts({
    j: () => step(1, selected),
    k: () => step(-1, selected),
    r: () => write("reply"),
    n: () => write("note"),
    a: () => {
      const id = meant();
      if (!id || refused("conversations:write")) return;
      // In the head of the thread stands a menu of its own.
      if (id === selected) document.querySelector<HTMLElement>("[data-shortcut=assign]")?.click();
      else openPalette({ level: "assign", conversation: id });
    },
    e: closeOrReopen,
    u: readOrUnread,
    U: onlyUnread,
    "/": () => searchBox.current?.focus(),
    Escape: leave,
  });

  return (
    <div className="flex h-full min-h-0">
      <div
        className={cx(
          "h-full min-h-0 shrink-0 border-line border-e",
          narrow ? (selected ? "hidden" : "w-full border-e-0") : "w-[clamp(288px,26vw,372px)]",
        )}
      >
        <ConversationPane
          filter={filter}
          view={search.view}
          selected={selected}
          target={search.m}
          starting={search.start === true}
          searchRef={searchBox}
        />
      </div>
      {(!narrow || selected) && (
        <div className="flex h-full min-h-0 min-w-0 flex-1">
          {selected ? (
            <Open
              key={selected}
              id={selected}
              target={search.m}
              startMode={start?.id === selected ? start.mode : "reply"}
              onBack={narrow ? () => void close() : null}
            />
          ) : (
            <NothingOpen />
          )}
        </div>
      )}
    </div>
  );
}

function Open({
  id,
  target,
  startMode,
  onBack,
}: {
  id: string;
  target: string | undefined;
  startMode: Mode;
  onBack: (() => void) | null;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data: conversation, error, refetch } = useConversation(id);
  const tight = useIsTight();
  const [kept, setKept] = useState(() => storage.get(SIDEBAR) !== "closed");
  const [over, setOver] = useState(false);
  const sidebarOpen = tight ? over : kept;
  // The messages are what one came for: who they are from stands beside them a frame later.
  const painted = useAfterPaint();

  // One that is part of another by now, which is what came: an old notification or link leads there.
  const instead = conversation && conversation.id !== id ? conversation.id : undefined;
  useEffect(() => {
    if (instead) void navigate({ to: "/inbox", search: (now) => ({ ...now, c: instead }), replace: true });
  }, [navigate, instead]);

  const toggle = () => {
    if (tight) {
      setOver(!over);
      return;
    }
    storage.set(SIDEBAR, kept ? "closed" : "open");
    setKept(!kept);
  };

  if (!conversation) {
    if (!error) return <div className="h-full flex-1 bg-sunken" />;
    const toList = () => void navigate({ to: "/inbox", search: ({ c: _, m: __, ...rest }) => rest });
    return (
      <div className="flex h-full flex-1 items-center justify-center bg-sunken" role="alert">
        {isNotFound(error) ? (
          <EmptyState
            icon={MessageCircleQuestion}
            title={t("inbox.notFound.title")}
            action={<Button onClick={toList}>{t("inbox.notFound.action")}</Button>}
          >
            {t("inbox.notFound.hint")}
          </EmptyState>
        ) : (
          <EmptyState
            icon={TriangleAlert}
            title={t("inbox.threadFailed")}
            action={<Button onClick={() => void refetch()}>{t("common.retry")}</Button>}
          >
            {error.message}
          </EmptyState>
        )}
      </div>
    );
  }

  return (
    <>
      <Suspense fallback={<div className="h-full flex-1 bg-sunken" />}>
        <Thread
          conversation={conversation}
          target={target}
          startMode={startMode}
          onBack={onBack}
          sidebarOpen={sidebarOpen}
          onToggleSidebar={toggle}
        />
      </Suspense>
      {!tight && kept && (
        <div className="h-full w-[304px] shrink-0">
          {painted ? (
            <Suspense fallback={EMPTY_SIDEBAR}>
              <ContactSidebar conversation={conversation} onClose={null} />
            </Suspense>
          ) : (
            EMPTY_SIDEBAR
          )}
        </div>
      )}
      {tight && over && (
        <Suspense fallback={null}>
          <SidebarOverlay conversation={conversation} onClose={() => setOver(false)} />
        </Suspense>
      )}
    </>
  );
}

function NothingOpen() {
  const { t } = useTranslation();
  if (useIsUnconnected()) {
    return (
      <div className="flex h-full flex-1 items-center justify-center bg-sunken">
        <Welcome />
      </div>
    );
  }
  return (
    <div className="flex h-full flex-1 items-center justify-center bg-sunken">
      <EmptyState icon={MessagesSquare} title={t("inbox.nothingOpen.title")}>
        {t("inbox.nothingOpen.hint")}
        <span className="mt-3 flex justify-center gap-1.5 pointer-coarse:hidden">
          <Kbd>j</Kbd> <Kbd>k</Kbd> <Kbd>?</Kbd>
        </span>
      </EmptyState>
    </div>
  );
}
