/** What narrows the list, in words, each with a way to take it away. */
import { X } from "lucide-react";
import type { ReactNode } from "react";
import type { View } from "@/api/types";
import { useTags } from "@/contacts/queries";
import { useTranslation } from "@/i18n/useTranslation";
import type { ListFilter } from "@/live/conversations";
import { useChannels, useMembers } from "@/team/queries";
import { type Narrowing, narrowings, without } from "../filter";

export default function Chips({
  filter,
  view,
  changed,
  onChange,
  onLeave,
  onKeep,
}: {
  filter: ListFilter;
  /** The saved view that the list was opened with. */
  view: View | undefined;
  /** Whether the list shows something else by now. */
  changed: boolean;
  onChange: (filter: ListFilter) => void;
  onLeave: () => void;
  /** Keeps the change in the view; absent for who may not. */
  onKeep: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const { words, gone } = useWords(filter);
  // The name of a view says what it shows, as long as there is what it was made of.
  const shown = narrowings(filter).filter((each) => !view || changed || gone(each));
  return (
    <ul
      aria-label={t("inbox.filter.chips")}
      className="flex flex-wrap items-center gap-1.5 border-line border-b px-3 py-2"
    >
      {view && (
        <Chip strong remove={t("inbox.views.leave", { name: view.name })} onRemove={onLeave}>
          <bdi>{view.name}</bdi>
          {changed && <span className="font-normal"> · {t("inbox.views.changed")}</span>}
        </Chip>
      )}
      {shown.map((each) => (
        <Chip
          key={each}
          remove={t("inbox.filter.remove", { what: words(each) })}
          onRemove={() => onChange(without(filter, [each]))}
        >
          <bdi>{words(each)}</bdi>
        </Chip>
      ))}
      {view && changed && onKeep && (
        <li>
          <button
            type="button"
            onClick={onKeep}
            className="rounded-sm px-1 font-medium text-accent text-sm hover:underline pointer-coarse:min-h-11"
          >
            {t("inbox.views.keep")}
          </button>
        </li>
      )}
    </ul>
  );
}

function Chip({
  strong = false,
  remove,
  onRemove,
  children,
}: {
  strong?: boolean;
  remove: string;
  onRemove: () => void;
  children: ReactNode;
}) {
  return (
    <li
      className={
        strong
          ? "flex max-w-full items-center rounded-md bg-accent-soft font-medium text-accent text-sm"
          : "flex max-w-full items-center rounded-md bg-sunken text-sm text-text"
      }
    >
      <span className="truncate py-0.5 ps-2">{children}</span>
      <button
        type="button"
        aria-label={remove}
        onClick={onRemove}
        className="inline-flex size-6 shrink-0 items-center justify-center rounded-md hover:bg-hover pointer-coarse:size-11"
      >
        <X aria-hidden="true" className="size-3.5" />
      </button>
    </li>
  );
}

/** How each is called, and whether what it asks for is no longer there. */
function useWords(filter: ListFilter): {
  words: (each: Narrowing) => string;
  gone: (each: Narrowing) => boolean;
} {
  const { t } = useTranslation();
  const { data: members } = useMembers();
  const { data: channels } = useChannels();
  const { data: tags } = useTags(filter.tag !== undefined);
  const member = members?.find(({ id }) => id === filter.member);
  const channel = channels?.find(({ id }) => id === filter.channel);
  const tag = tags?.find(({ id }) => id === filter.tag);
  const gone = (each: Narrowing) =>
    (each === "member" && members !== undefined && !member) ||
    (each === "channel" && channels !== undefined && (!channel || channel.status === "deleted")) ||
    (each === "tag" && tags !== undefined && !tag);
  const words = (each: Narrowing) => {
    switch (each) {
      case "status":
        return t(`inbox.statusFilter.${filter.status}`);
      case "member":
        return member?.name ?? t("inbox.assignee.someone");
      case "channel":
        return channel?.label ?? t(gone(each) ? "inbox.filter.goneChannel" : "inbox.filter.channel");
      case "tag":
        return tag?.name ?? t(gone(each) ? "inbox.filter.goneTag" : "inbox.filter.tag");
      case "unread":
        return t("inbox.filter.unread");
      case "window":
        return t(`inbox.filter.windows.${filter.window ?? "open"}`);
    }
  };
  return { words, gone };
}
