/** A note that is written or changed where it stands: in the thread, or beside it. */
import { useEffect, useRef, useState } from "react";
import { reasonOf } from "@/api/errors";
import { useTranslation } from "@/i18n/useTranslation";
import { useMemberMap } from "@/team/queries";
import { Button } from "@/ui/Button";
import { notifyError } from "@/ui/toast";
import { mentionsIn } from "./mentions";
import { NoteField } from "./NoteField";

export default function NoteForm({
  start,
  placeholder,
  onSave,
  onClose,
}: {
  start: string;
  placeholder: string;
  /** Throws what the server says against it. */
  onSave: (text: string, mentions: string[]) => Promise<unknown>;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const members = useMemberMap();
  const input = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(start);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    // A menu that led here gives the focus back as it closes.
    const frame = requestAnimationFrame(() => {
      const box = input.current;
      box?.focus();
      box?.setSelectionRange(box.value.length, box.value.length);
    });
    return () => cancelAnimationFrame(frame);
  }, []);

  const save = async () => {
    const wanted = text.trim();
    if (!wanted || busy) return;
    setBusy(true);
    try {
      await onSave(wanted, mentionsIn(wanted, [...members.values()]));
      onClose();
    } catch (error) {
      notifyError(t("inbox.note.failed"), reasonOf(error) ?? t("error.network"));
      setBusy(false);
    }
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <NoteField
        input={input}
        value={text}
        onChange={setText}
        onSubmit={() => void save()}
        onEscape={onClose}
        placeholder={placeholder}
      />
      <div className="mt-1 flex justify-end gap-2">
        <Button size="sm" onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button size="sm" type="submit" variant="primary" busy={busy} disabled={!text.trim()}>
          {t("inbox.note.save")}
        </Button>
      </div>
    </form>
  );
}
