/** A note in the thread: the team's own colour and a lock, so that nobody takes it for a message. */
import { EllipsisVertical, LockKeyhole, Pencil, PenLine, Trash2 } from "lucide-react";
import { memo, Suspense, useState } from "react";
import type { Note } from "@/api/types";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { useMemberMap } from "@/team/queries";
import { Button, IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { lazy } from "@/ui/lazy";
import { Menu, MenuItem } from "@/ui/Menu";
import { pieces } from "../composer/mentions";
import { useNoteActions } from "../queries/timeline";

const NoteForm = lazy(() => import("../composer/NoteForm"));
const ConfirmDialog = lazy(() =>
  import("@/app/pages/ConfirmDialog").then((file) => ({ default: file.ConfirmDialog })),
);

export const NoteCard = memo(function NoteCard({
  note,
  me,
  reason,
  onTake,
}: {
  note: Note;
  me: string;
  /** Why the reader may not change it. */
  reason: string | undefined;
  /** Takes the text of a draft over into the reply; null for who may not send. */
  onTake: ((text: string) => void) | null;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const members = useMemberMap();
  const { change, remove } = useNoteActions();
  const [editing, setEditing] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const author = note.author_id
    ? (members.get(note.author_id)?.name ?? t("inbox.message.formerMember"))
    : t("inbox.note.key");
  const mentioned = note.mentions.flatMap((id) => members.get(id) ?? []);

  return (
    <article
      data-key={`note:${note.id}`}
      tabIndex={-1}
      aria-label={t("inbox.note.by", { name: author, time: format.time(note.created_at) })}
      className="group/note flex flex-row-reverse items-center gap-1 rounded-md px-4 pt-2 outline-offset-[-2px]"
    >
      <div
        className={cx(
          "min-w-0 max-w-[min(65ch,82%)] rounded-lg border border-pending/30 bg-note px-3 py-1.5",
          editing && "w-full",
        )}
      >
        <p className="mb-0.5 flex items-center gap-1.5 font-medium text-note-text text-xs">
          <LockKeyhole aria-hidden="true" className="size-3 shrink-0" />
          <bdi className="truncate">{author}</bdi>
          {note.is_draft && <span className="shrink-0">· {t("inbox.note.draft")}</span>}
          <span className="sr-only">{t("inbox.note.teamOnly")}</span>
        </p>
        {editing ? (
          <Suspense fallback={<div className="h-17" />}>
            <NoteForm
              start={note.text}
              placeholder={t("inbox.note.placeholder")}
              onSave={(text, mentions) => change(note, text, mentions)}
              onClose={() => setEditing(false)}
            />
          </Suspense>
        ) : (
          <div className="flex flex-wrap items-end gap-x-3">
            <p dir="auto" className="min-w-0 whitespace-pre-wrap break-words text-base text-ui-start">
              {pieces(note.text, mentioned).map((piece, at) =>
                piece.member ? (
                  <mark
                    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never move
                    key={at}
                    className={cx(
                      "rounded-sm bg-transparent font-semibold text-accent",
                      piece.member === me && "bg-accent-soft px-0.5",
                    )}
                  >
                    {piece.text}
                  </mark>
                ) : (
                  piece.text
                ),
              )}
            </p>
            <span className="ms-auto inline-flex h-4 items-center gap-1 whitespace-nowrap text-note-text text-xs tabular-nums">
              {note.edited_at && <span>{t("inbox.message.edited")}</span>}
              <time dateTime={note.created_at} title={format.full(note.created_at)}>
                {format.time(note.created_at)}
              </time>
            </span>
          </div>
        )}
        {note.is_draft && !editing && onTake && (
          <Button size="sm" className="mt-1.5 mb-0.5" onClick={() => onTake(note.text)}>
            <PenLine aria-hidden="true" className="size-3.5" />
            {t("inbox.note.take")}
          </Button>
        )}
      </div>
      {!editing && (
        <span className="flex shrink-0 opacity-0 focus-within:opacity-100 group-focus-within/note:opacity-100 group-hover/note:opacity-100 group-focus/note:opacity-100 pointer-coarse:opacity-60">
          <Menu
            align="end"
            trigger={
              <IconButton label={t("inbox.note.actions")} size="sm" disabledReason={reason} className="-my-2">
                <EllipsisVertical aria-hidden="true" className="size-4" />
              </IconButton>
            }
          >
            <MenuItem onClick={() => setEditing(true)}>
              <Pencil aria-hidden="true" className="size-4 text-muted" />
              {t("inbox.note.edit")}
            </MenuItem>
            <MenuItem onClick={() => setDeleting(true)} className="text-danger">
              <Trash2 aria-hidden="true" className="size-4" />
              {t("inbox.note.delete")}
            </MenuItem>
          </Menu>
        </span>
      )}
      {deleting && (
        <Suspense fallback={null}>
          <ConfirmDialog
            open
            onClose={() => setDeleting(false)}
            title={t("inbox.note.deleteTitle")}
            description={t("inbox.note.deleteHint")}
            action={t("inbox.note.delete")}
            onConfirm={() => remove(note)}
          />
        </Suspense>
      )}
    </article>
  );
});
