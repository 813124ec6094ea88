/** The reply to the customer, or a note to the team: one of the two, never in doubt which. */
import { LockKeyhole, MessageSquareText } from "lucide-react";
import { type ComponentProps, memo } from "react";
import { useReason } from "@/app/permission";
import { useTranslation } from "@/i18n/useTranslation";
import { cx } from "@/ui/cx";
import { textBoxIsComing } from "@/ui/shortcuts";
import { Composer } from "./Composer";
import { NoteComposer } from "./NoteComposer";

export type Mode = "reply" | "note";

const MODES = [
  { mode: "reply", Icon: MessageSquareText, shortcut: "r" },
  { mode: "note", Icon: LockKeyhole, shortcut: "n" },
] as const;

export const ReplyOrNote = memo(function ReplyOrNote({
  mode,
  onMode,
  onNoted,
  ...reply
}: Omit<ComponentProps<typeof Composer>, "head"> & {
  mode: Mode;
  onMode: (mode: Mode) => void;
  onNoted: () => void;
}) {
  const { t } = useTranslation();
  const noNotes = useReason("notes:write");
  const change = (next: Mode) => {
    if (next !== mode) textBoxIsComing();
    onMode(next);
  };
  const head = (
    // biome-ignore lint/a11y/useSemanticElements: two buttons of which one is pressed, no field of a form
    <div role="group" aria-label={t("inbox.note.switch")} className="mb-2 flex gap-1">
      {MODES.map(({ mode: each, Icon, shortcut }) => (
        <button
          key={each}
          type="button"
          aria-pressed={mode === each}
          data-tip-key={shortcut}
          {...(each === "note" && noNotes
            ? { "aria-disabled": true, "aria-description": noNotes, "data-tip": noNotes }
            : { "data-tip": t(`shortcuts.${each}`), onClick: () => change(each) })}
          className={cx(
            "inline-flex h-7 items-center gap-1.5 rounded-md px-2.5 font-medium text-sm aria-disabled:opacity-55 pointer-coarse:h-11",
            mode !== each && "text-muted hover:bg-hover hover:text-text",
            mode === each && (each === "note" ? "bg-note text-note-text" : "bg-selected text-text"),
          )}
        >
          <Icon aria-hidden="true" className="size-3.5" />
          {t(each === "note" ? "inbox.note.mode" : "inbox.composer.mode")}
        </button>
      ))}
    </div>
  );
  if (mode === "reply") return <Composer {...reply} head={head} />;
  return (
    <NoteComposer conversation={reply.conversation.id} input={reply.input} head={head} onSaved={onNoted} />
  );
});
