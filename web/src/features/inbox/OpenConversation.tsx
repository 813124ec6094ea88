/** What stands beside the list: a conversation, and who it is with. */
import { useNavigate } from "@tanstack/react-router";
import { MessageCircleQuestion, TriangleAlert } from "lucide-react";
import { memo, Suspense, startTransition, useCallback, useEffect, useRef, useState } from "react";
import { isNotFound } from "@/api/errors";
import { useIsTight } from "@/app/useMediaQuery";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { lazy } from "@/ui/lazy";
import type { Mode } from "./composer/ReplyOrNote";
import { useConversation } from "./queries/conversation";

export const loadThread = () => import("./thread/Thread").then(({ Thread }) => ({ default: Thread }));
const Thread = lazy(loadThread);
export const loadSidebar = () => import("./sidebar/ContactSidebar");
const ContactSidebar = lazy(loadSidebar);
const SidebarOverlay = lazy(() => import("./sidebar/SidebarOverlay"));

const EMPTY_SIDEBAR = <div className="h-full border-line border-s bg-surface" />;

export const OpenConversation = memo(function OpenConversation({
  id,
  visit,
  target,
  startMode,
  onBack,
  sidebar,
  onToggleSidebar,
}: {
  id: string;
  /** Another number each time it is opened: it stays in the page meanwhile. */
  visit: number;
  /** The message to open it at. */
  target: string | undefined;
  startMode: Mode;
  onBack: (() => void) | null;
  /** Whether the contact is wanted beside it, where there is room. */
  sidebar: boolean;
  onToggleSidebar: () => void;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data: conversation, error, refetch } = useConversation(id);
  const tight = useIsTight();
  /** The visit in which the contact was asked for over the thread. */
  const [asked, setAsked] = useState<number | null>(null);
  const over = tight && asked === visit;
  const now = useRef(visit);
  now.current = visit;
  // The messages are what one came for: who they are from is asked for and drawn when those are seen.
  const [seen, setSeen] = useState(false);
  const onSeen = useCallback(() => startTransition(() => setSeen(true)), []);

  // One that is part of another by now, which is what came: an old notification or link leads there.
  const instead = conversation && conversation.id !== id ? conversation.id : undefined;
  useEffect(() => {
    if (instead) void navigate({ to: "/inbox", search: (now) => ({ ...now, c: instead }), replace: true });
  }, [navigate, instead]);

  const toggle = useCallback(() => {
    if (tight) setAsked((before) => (before === now.current ? null : now.current));
    else onToggleSidebar();
  }, [tight, onToggleSidebar]);

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
          visit={visit}
          target={target}
          startMode={startMode}
          onBack={onBack}
          sidebarOpen={tight ? over : sidebar}
          onToggleSidebar={toggle}
          onSeen={onSeen}
        />
      </Suspense>
      {!tight && sidebar && (
        <div className="h-full w-[304px] shrink-0">
          {seen ? (
            <Suspense fallback={EMPTY_SIDEBAR}>
              <ContactSidebar conversation={conversation} onClose={null} />
            </Suspense>
          ) : (
            EMPTY_SIDEBAR
          )}
        </div>
      )}
      {over && (
        <Suspense fallback={null}>
          <SidebarOverlay conversation={conversation} onClose={() => setAsked(null)} />
        </Suspense>
      )}
    </>
  );
});
