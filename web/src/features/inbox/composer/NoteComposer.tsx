/** Where a note is written: in another colour than a reply, so that nobody takes the one for the other. */
import { Check, LockKeyhole } from "lucide-react";
import { type ReactNode, type RefObject, useId, useLayoutEffect, useState } from "react";
import { useMediaQuery } from "@/app/useMediaQuery";
import { useTranslation } from "@/i18n/useTranslation";
import { useMembers } from "@/team/queries";
import { IconButton } from "@/ui/Button";
import { noTextBoxComes } from "@/ui/shortcuts";
import { useDraft } from "../drafts";
import { useNoteActions } from "../queries/timeline";
import { mentionsIn } from "./mentions";
import { NoteField } from "./NoteField";

export function NoteComposer({
  conversation,
  input,
  head,
  onSaved,
}: {
  conversation: string;
  input: RefObject<HTMLTextAreaElement | null>;
  head: ReactNode;
  onSaved: () => void;
}) {
  const { t } = useTranslation();
  const { data: members } = useMembers();
  const { write } = useNoteActions();
  // Beside the reply's: changing between the two loses neither.
  const [draft, setDraft] = useDraft(`note.${conversation}`);
  const [busy, setBusy] = useState(false);
  const touch = useMediaQuery("(pointer: coarse)");
  const text = draft.text.trim();
  const hint = useId();

  // In the frame it comes in: what is typed right after the switch is the note.
  useLayoutEffect(() => {
    const box = input.current;
    if (touch || !box) return noTextBoxComes();
    box.focus({ preventScroll: true });
    box.setSelectionRange(box.value.length, box.value.length);
  }, [input, touch]);

  const save = async () => {
    if (!text || busy) return;
    setBusy(true);
    const kept = await write(conversation, text, mentionsIn(text, members ?? []));
    setBusy(false);
    if (!kept) return;
    setDraft({ text: "", replyTo: null });
    onSaved();
    input.current?.focus();
  };

  return (
    <form
      className="border-line border-t bg-surface px-4 py-3"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {head}
      <div className="flex items-end gap-1 rounded-lg border border-pending/50 bg-note p-1.5 focus-within:border-pending focus-within:outline-1 focus-within:outline-pending">
        <LockKeyhole
          aria-hidden="true"
          className="mx-1.5 mb-2 size-4 shrink-0 text-note-text pointer-coarse:mb-3.5"
        />
        <NoteField
          input={input}
          value={draft.text}
          onChange={(next) => setDraft({ text: next, replyTo: null })}
          onSubmit={() => void save()}
          onEscape={null}
          placeholder={t("inbox.note.placeholder")}
          describedBy={hint}
        />
        <IconButton type="submit" variant="primary" label={t("inbox.note.save")} disabled={!text || busy}>
          <Check aria-hidden="true" className="size-4.5" />
        </IconButton>
      </div>
      <p id={hint} className="mt-1.5 px-1 text-faint text-xs">
        {t("inbox.note.hint")}
      </p>
    </form>
  );
}
