/** A contact's tags: each can be taken away, others are picked from a list that comes when it is asked for. */
import { Plus, X } from "lucide-react";
import { Suspense, useRef, useState } from "react";
import { reasonOf } from "@/api/errors";
import type { Conversation, Tag } from "@/api/types";
import { useCan } from "@/app/me";
import { useChangeTags } from "@/contacts/queries";
import { TagDot } from "@/contacts/TagDot";
import { useTranslation } from "@/i18n/useTranslation";
import type { Stamped } from "@/live/stamped";
import { lazy } from "@/ui/lazy";
import { notifyError } from "@/ui/toast";

const TagPicker = lazy(() => import("./TagPicker"));

export function Tags({ conversation }: { conversation: Stamped<Conversation> }) {
  const { t } = useTranslation();
  const canWrite = useCan("contacts:write");
  const change = useChangeTags(conversation);
  const [picking, setPicking] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const { tags } = conversation.contact;
  if (!canWrite && tags.length === 0) return null;

  const apply = (add: Tag[], remove: Tag[]) =>
    change.mutate(
      { add, remove },
      {
        onError: (error) => notifyError(t("inbox.tags.failed"), reasonOf(error) ?? t("error.network")),
      },
    );

  return (
    <div className="flex flex-wrap items-center justify-center gap-1">
      {tags.length > 0 && (
        <ul aria-label={t("inbox.sidebar.tags")} className="contents">
          {tags.map((tag) => (
            <li
              key={tag.id}
              className="inline-flex min-h-6 items-center gap-1.5 rounded-full border border-line px-2 text-xs pointer-coarse:min-h-11 pointer-coarse:px-3"
            >
              <TagDot color={tag.color} />
              <bdi className="max-w-44 truncate">{tag.name}</bdi>
              {canWrite && (
                <button
                  type="button"
                  aria-label={t("inbox.tags.remove", { name: tag.name })}
                  onClick={() => {
                    apply([], [tag]);
                    button.current?.focus();
                  }}
                  className="-me-1 inline-flex size-4 items-center justify-center rounded-full text-faint hover:bg-hover hover:text-text pointer-coarse:-me-3 pointer-coarse:size-11"
                >
                  <X aria-hidden="true" className="size-3" />
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {canWrite && (
        <button
          ref={button}
          type="button"
          aria-haspopup="dialog"
          aria-expanded={picking}
          onClick={() => setPicking(!picking)}
          className="inline-flex min-h-6 items-center gap-1 rounded-full border border-edge/60 border-dashed px-2 text-muted text-xs hover:bg-hover hover:text-text pointer-coarse:min-h-11 pointer-coarse:px-3"
        >
          <Plus aria-hidden="true" className="size-3" />
          {t("inbox.tags.add")}
        </button>
      )}
      {picking && (
        <Suspense fallback={null}>
          <TagPicker anchor={button} chosen={tags} onChange={apply} onClose={() => setPicking(false)} />
        </Suspense>
      )}
    </div>
  );
}
