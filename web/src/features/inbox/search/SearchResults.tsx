/** What the search box finds, in place of the list: people first, then messages, newest first. */
import { SearchX } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { useOpenOne } from "../list/open";
import { RowBones } from "../list/RowBones";
import { MessageRow, NoteRow, PersonRow } from "./HitRow";
import { type ConversationHit, type MessageHit, type NoteHit, useSearch } from "./queries";

/** People shown before the messages; the rest on demand. */
const PEOPLE = 4;

export default function SearchResults({ query, onClear }: { query: string; onClear: () => void }) {
  const { t } = useTranslation();
  const { id: selected, target } = useOpenOne();
  const people = useSearch("conversations", query);
  const messages = useSearch("messages", query);
  const [expanded, setExpanded] = useState("");
  const found = (people.data ?? []) as ConversationHit[];
  const said = (messages.data ?? []) as (MessageHit | NoteHit)[];
  const error = people.error ?? messages.error;
  const isPending = people.isPending || messages.isPending;
  const all = expanded === query;
  const shown = all ? found : found.slice(0, PEOPLE);

  if (error) {
    const retry = () => {
      void people.refetch();
      void messages.refetch();
    };
    return (
      <EmptyState
        icon={SearchX}
        title={t("inbox.search.failed")}
        action={<Button onClick={retry}>{t("common.retry")}</Button>}
      >
        {error.message}
      </EmptyState>
    );
  }
  if (isPending) return <RowBones count={3} />;
  if (found.length === 0 && said.length === 0) {
    return (
      <EmptyState
        icon={SearchX}
        title={t("inbox.list.nothingFound")}
        action={<Button onClick={onClear}>{t("inbox.list.clearSearch")}</Button>}
      >
        {t("inbox.search.nothingHint")}
      </EmptyState>
    );
  }
  const more = messages.hasNextPage || people.hasNextPage;
  return (
    <div className="thin-scroll relative min-h-0 flex-1 overflow-y-auto pb-3">
      <p role="status" className="sr-only">
        {more
          ? t("inbox.search.foundMore", { count: found.length + said.length })
          : t("inbox.search.found", { count: found.length + said.length })}
      </p>
      {shown.length > 0 && (
        <Group title={t("inbox.search.people")}>
          {shown.map((hit) => (
            <li key={hit.conversation.id}>
              <PersonRow hit={hit} selected={hit.conversation.id === selected && !target} />
            </li>
          ))}
        </Group>
      )}
      {(shown.length < found.length || (all && people.hasNextPage)) && (
        <p className="px-3 pt-1">
          <Button
            size="sm"
            variant="quiet"
            onClick={() => {
              setExpanded(query);
              if (all) void people.fetchNextPage();
            }}
          >
            {t("inbox.search.morePeople")}
          </Button>
        </p>
      )}
      {said.length > 0 && (
        <Group title={t("inbox.search.messages")}>
          {said.map((hit) =>
            hit.type === "note" ? (
              <li key={hit.note.id}>
                <NoteRow hit={hit} />
              </li>
            ) : (
              <li key={hit.message.id}>
                <MessageRow hit={hit} selected={hit.message.id === target} />
              </li>
            ),
          )}
        </Group>
      )}
      {messages.hasNextPage && (
        <More isLoading={messages.isFetchingNextPage} onMore={() => void messages.fetchNextPage()} />
      )}
    </div>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h2 className="sticky top-0 z-10 bg-surface px-3 pt-3 pb-1 font-medium text-muted text-xs">{title}</h2>
      <ul>{children}</ul>
    </section>
  );
}

/** Asks for the next page as it comes into view; a button for whoever goes by keyboard. */
function More({ isLoading, onMore }: { isLoading: boolean; onMore: () => void }) {
  const { t } = useTranslation();
  const end = useRef<HTMLParagraphElement>(null);
  const ask = useRef(onMore);
  ask.current = onMore;
  useEffect(() => {
    const element = end.current;
    if (!element || isLoading) return;
    const watch = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) ask.current();
      },
      { rootMargin: "400px" },
    );
    watch.observe(element);
    return () => watch.disconnect();
  }, [isLoading]);
  return (
    <p ref={end} className="px-3 py-2 text-center text-muted text-sm">
      {isLoading ? (
        t("inbox.list.loadingMore")
      ) : (
        <Button size="sm" variant="quiet" onClick={onMore}>
          {t("inbox.search.moreMessages")}
        </Button>
      )}
    </p>
  );
}
