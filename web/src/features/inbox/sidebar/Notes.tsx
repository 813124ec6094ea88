/** What the team wrote about a contact, in whatever conversation or in none; and where to write more. */
import { Pencil, Trash2 } from "lucide-react";
import { Suspense, useState } from "react";
import type { Note } from "@/api/types";
import { useCan, useMe } from "@/app/me";
import { useReason } from "@/app/permission";
import { useNow } from "@/app/useNow";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { useMemberMap } from "@/team/queries";
import { Button, IconButton } from "@/ui/Button";
import { lazy } from "@/ui/lazy";
import { pieces } from "../composer/mentions";
import { useContactNoteActions, useContactNotes } from "../queries/notes";
import { Refusal, Section } from "./parts";

const NoteForm = lazy(() => import("../composer/NoteForm"));
const ConfirmDialog = lazy(() =>
  import("@/app/pages/ConfirmDialog").then((file) => ({ default: file.ConfirmDialog })),
);

const FORM = "rounded-md border border-pending/30 bg-note p-2";

export function Notes({ contact }: { contact: string }) {
  const { t } = useTranslation();
  const canRead = useCan("notes:read");
  const noWriting = useReason("notes:write");
  const me = useMe().member;
  const notes = useContactNotes(contact);
  const actions = useContactNoteActions(contact);
  const [writing, setWriting] = useState(false);
  if (!canRead) return null;
  const rows = notes.data?.pages.flatMap((page) => page.notes) ?? [];
  const manages = me.role === "admin" || me.role === "owner";

  return (
    <Section
      title={t("inbox.sidebar.notes")}
      action={
        !noWriting &&
        !writing && (
          <button
            type="button"
            onClick={() => setWriting(true)}
            className="rounded-sm text-accent text-xs hover:underline pointer-coarse:min-h-11"
          >
            {t("inbox.sidebar.addNote")}
          </button>
        )
      }
    >
      {noWriting && <Refusal>{noWriting}</Refusal>}
      {writing && (
        <div className={FORM}>
          <Suspense fallback={<div className="h-17" />}>
            <NoteForm
              start=""
              placeholder={t("inbox.sidebar.noteAbout")}
              onSave={actions.write}
              onClose={() => setWriting(false)}
            />
          </Suspense>
        </div>
      )}
      {rows.length === 0 && !writing && notes.data && (
        <p className="text-muted text-sm">{t("inbox.sidebar.noNotes")}</p>
      )}
      {rows.length > 0 && (
        <ul className="flex flex-col gap-2">
          {rows.map((note) => (
            <Item
              key={note.id}
              note={note}
              reason={
                noWriting ?? (manages || note.author_id === me.id ? undefined : t("inbox.note.notYours"))
              }
              onChange={(text, mentions) => actions.change(note, text, mentions)}
              onRemove={() => actions.remove(note)}
            />
          ))}
        </ul>
      )}
      {notes.hasNextPage && (
        <Button
          size="sm"
          busy={notes.isFetchingNextPage}
          onClick={() => void notes.fetchNextPage()}
          className="self-center"
        >
          {t("common.more")}
        </Button>
      )}
    </Section>
  );
}

function Item({
  note,
  reason,
  onChange,
  onRemove,
}: {
  note: Note;
  /** Why the reader may not change it. */
  reason: string | undefined;
  onChange: (text: string, mentions: string[]) => Promise<void>;
  onRemove: () => Promise<void>;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const members = useMemberMap();
  const [editing, setEditing] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const author = note.author_id
    ? (members.get(note.author_id)?.name ?? t("inbox.message.formerMember"))
    : t("inbox.note.key");
  const mentioned = note.mentions.flatMap((id) => members.get(id) ?? []);

  if (editing) {
    return (
      <li className={FORM}>
        <Suspense fallback={<div className="h-17" />}>
          <NoteForm
            start={note.text}
            placeholder={t("inbox.sidebar.noteAbout")}
            onSave={onChange}
            onClose={() => setEditing(false)}
          />
        </Suspense>
      </li>
    );
  }
  return (
    <li className="group/note relative rounded-md border border-pending/30 bg-note px-2.5 py-2">
      <p className="mb-0.5 flex items-baseline gap-1.5 text-note-text text-xs">
        <bdi className="truncate font-medium">{author}</bdi>
        <time dateTime={note.created_at} title={format.full(note.created_at)} className="shrink-0">
          {format.short(note.created_at, now)}
        </time>
        {note.is_draft && <span className="shrink-0">· {t("inbox.note.draft")}</span>}
        {note.edited_at && <span className="shrink-0">{t("inbox.message.edited")}</span>}
      </p>
      <p dir="auto" className="whitespace-pre-wrap break-words text-base text-ui-start">
        {pieces(note.text, mentioned).map((piece, at) =>
          piece.member ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never move
            <mark key={at} className="bg-transparent font-semibold text-accent">
              {piece.text}
            </mark>
          ) : (
            piece.text
          ),
        )}
      </p>
      <span className="absolute end-1 top-1 flex rounded-md bg-note opacity-0 focus-within:opacity-100 group-hover/note:opacity-100 pointer-coarse:static pointer-coarse:opacity-100">
        <IconButton
          label={t("inbox.note.edit")}
          size="sm"
          disabledReason={reason}
          onClick={() => setEditing(true)}
        >
          <Pencil aria-hidden="true" className="size-3.5" />
        </IconButton>
        <IconButton
          label={t("inbox.note.delete")}
          size="sm"
          disabledReason={reason}
          onClick={() => setDeleting(true)}
        >
          <Trash2 aria-hidden="true" className="size-3.5" />
        </IconButton>
      </span>
      {deleting && (
        <Suspense fallback={null}>
          <ConfirmDialog
            open
            onClose={() => setDeleting(false)}
            title={t("inbox.note.deleteTitle")}
            description={t("inbox.note.deleteHint")}
            action={t("inbox.note.delete")}
            onConfirm={onRemove}
          />
        </Suspense>
      )}
    </li>
  );
}
