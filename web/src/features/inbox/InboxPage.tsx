/** The inbox: list, thread and contact side by side; one of them at a time where there is no room. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { MessagesSquare } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useOpenPalette } from "@/app/palette/context";
import { type Needed, useReasons } from "@/app/permission";
import { storage } from "@/app/storage";
import { useIsNarrow } from "@/app/useMediaQuery";
import { useTranslation } from "@/i18n/useTranslation";
import type { ListFilter } from "@/live/conversations";
import { cx } from "@/ui/cx";
import { EmptyState } from "@/ui/EmptyState";
import { Kbd } from "@/ui/Kbd";
import { Keep } from "@/ui/Keep";
import { warm } from "@/ui/lazy";
import { textBoxIsComing, useShortcuts } from "@/ui/shortcuts";
import { notify } from "@/ui/toast";
import type { Mode } from "./composer/ReplyOrNote";
import { filterOf, type InboxSearch, sameList, searchOf } from "./filter";
import { useKept } from "./kept";
import { ConversationPane } from "./list/ConversationPane";
import { focusedRow, focusRow, keepingPlace, step } from "./list/focus";
import { OpenOneProvider } from "./list/open";
import { loadSidebar, loadThread, OpenConversation } from "./OpenConversation";
import { knownConversation, useConversationActions } from "./queries/actions";
import { useLoadAhead } from "./queries/ahead";
import { useIsUnconnected, Welcome } from "./Welcome";

const SIDEBAR = "recado.inbox.sidebar";

export function InboxPage() {
  const search = useSearch({ from: "/app/inbox" });
  const navigate = useNavigate();
  const narrow = useIsNarrow();
  const filter = useFilter(search);
  const searchBox = useRef<HTMLInputElement>(null);
  const cache = useQueryClient();
  const openPalette = useOpenPalette();
  const reasonFor = useReasons();
  const { change, markRead, markUnread } = useConversationActions();
  /** The conversation that was opened to write in it, and what. */
  const [start, setStart] = useState<{ id: string; mode: Mode } | null>(null);
  /** Whether the contact stands beside the thread. */
  const [sidebar, setSidebar] = useState(() => storage.get(SIDEBAR) !== "closed");
  const selected = search.c;
  const target = search.m;
  const { kept, ready: keepReady } = useKept(selected);
  const loadAhead = useLoadAhead();
  const open = useCallback(
    (id: string) => {
      // What comes meanwhile may be in the first frame already.
      void loadAhead(id);
      void navigate({ to: "/inbox", search: ({ m: _, ...rest }) => ({ ...rest, c: id }) });
    },
    [navigate, loadAhead],
  );
  const near = useCallback((id: string) => void loadAhead(id), [loadAhead]);
  const hasKept = kept.length > 0;
  const ready = useCallback(
    (id: string) => {
      if (!hasKept) void loadAhead(id).then(() => keepReady(id));
    },
    [hasKept, loadAhead, keepReady],
  );
  const openOne = useMemo(
    () => ({ id: selected, target, open, near, ready }),
    [selected, target, open, near, ready],
  );

  // The list comes first; whoever then opens a conversation does not wait for what shows it.
  useEffect(() => {
    warm(loadThread);
    warm(loadSidebar);
  }, []);

  // It was for this one time: the next time it is opened as any other.
  useEffect(() => setStart((asked) => (asked?.id === selected ? asked : null)), [selected]);

  const toggleSidebar = useCallback(() => {
    storage.set(SIDEBAR, sidebar ? "closed" : "open");
    setSidebar(!sidebar);
  }, [sidebar]);

  const close = useCallback(() => {
    const row = selected;
    return navigate({ to: "/inbox", search: ({ c: _, m: __, ...rest }) => rest }).then(() => focusRow(row));
  }, [navigate, selected]);

  const back = useCallback(() => void close(), [close]);

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
    open(id);
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
      if (id === selected)
        document.querySelector<HTMLElement>("[data-shown] [data-shortcut=assign]")?.click();
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
        <OpenOneProvider value={openOne}>
          <ConversationPane
            filter={filter}
            view={search.view}
            starting={search.start === true}
            searchRef={searchBox}
          />
        </OpenOneProvider>
      </div>
      <div className="relative isolate flex h-full min-h-0 min-w-0 flex-1 overflow-hidden">
        {kept.map(({ id, visit }) => (
          <Keep key={id} shown={id === selected}>
            <OpenConversation
              id={id}
              visit={visit}
              target={target}
              startMode={start?.id === id ? start.mode : "reply"}
              onBack={narrow ? back : null}
              sidebar={sidebar}
              onToggleSidebar={toggleSidebar}
            />
          </Keep>
        ))}
        {!selected && !narrow && <NothingOpen />}
      </div>
    </div>
  );
}

/** The same object for as long as it says the same: the list has not changed because another row is open. */
function useFilter(search: InboxSearch): ListFilter {
  const filter = filterOf(search);
  const latest = useRef(filter);
  if (!sameList(latest.current, filter)) latest.current = filter;
  return latest.current;
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
