/** The box a note is written in. `@` and the beginning of a name suggest colleagues to call on. */
import { type RefObject, useId, useLayoutEffect, useRef, useState } from "react";
import { useMediaQuery } from "@/app/useMediaQuery";
import { useTranslation } from "@/i18n/useTranslation";
import { useMembers } from "@/team/queries";
import { Avatar } from "@/ui/Avatar";
import { cx } from "@/ui/cx";
import { GROWING, useGrowing } from "@/ui/growing";
import { mentionAt, suggest } from "./mentions";

export const NOTE_LIMIT = 4000;

export function NoteField({
  input,
  value,
  onChange,
  onSubmit,
  onEscape,
  placeholder,
  describedBy,
}: {
  input: RefObject<HTMLTextAreaElement | null>;
  value: string;
  onChange: (value: string) => void;
  onSubmit: () => void;
  onEscape: (() => void) | null;
  placeholder: string;
  describedBy?: string;
}) {
  const { t } = useTranslation();
  const { data: members } = useMembers();
  const touch = useMediaQuery("(pointer: coarse)");
  const list = useId();
  const [typed, setTyped] = useState<{ from: number; query: string } | null>(null);
  const [at, setAt] = useState(0);
  const found = typed && members ? suggest(members, typed.query) : [];
  const chosen = Math.min(at, found.length - 1);

  useGrowing(input, value);

  /** Where it goes once a name has been put in. */
  const caret = useRef<number | null>(null);
  // Before another letter can come, which would stand in its way.
  useLayoutEffect(() => {
    if (caret.current === null) return;
    input.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });

  const look = (box: HTMLTextAreaElement) => {
    setTyped(box.selectionStart === box.selectionEnd ? mentionAt(box.value, box.selectionStart) : null);
    setAt(0);
  };
  const pick = (name: string) => {
    const box = input.current;
    if (!typed || !box) return;
    const before = `${value.slice(0, typed.from)}@${name} `;
    onChange(before + value.slice(box.selectionStart).replace(/^ /, ""));
    setTyped(null);
    caret.current = before.length;
  };

  const keyDown = (event: React.KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (found.length > 0) {
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (step) {
        event.preventDefault();
        setAt((chosen + step + found.length) % found.length);
        return;
      }
      const member = found[chosen];
      if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && member) {
        event.preventDefault();
        pick(member.name);
        return;
      }
      if (event.key === "Escape") {
        event.stopPropagation();
        setTyped(null);
        return;
      }
    }
    if (event.key === "Enter" && !event.shiftKey && !event.altKey && !touch) {
      event.preventDefault();
      onSubmit();
    } else if (event.key === "Escape" && onEscape) {
      event.stopPropagation();
      onEscape();
    }
  };

  return (
    <div className="relative min-w-0 flex-1">
      {found.length > 0 && (
        <div
          id={list}
          role="listbox"
          aria-label={t("inbox.note.colleagues")}
          className="thin-scroll absolute start-0 bottom-full z-30 mb-2 max-h-60 w-72 max-w-full overflow-y-auto rounded-lg border border-line bg-raised p-1 text-text shadow-pop"
        >
          {found.map((member, index) => (
            <div
              key={member.id}
              id={`${list}-${member.id}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              // The box keeps the focus.
              onPointerDown={(event) => {
                event.preventDefault();
                pick(member.name);
              }}
              className={cx(
                "flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 text-base pointer-coarse:min-h-11",
                index === chosen && "bg-selected",
              )}
            >
              <Avatar id={member.id} name={member.name} size="sm" />
              <bdi className="truncate">{member.name}</bdi>
            </div>
          ))}
        </div>
      )}
      <textarea
        ref={input}
        rows={1}
        dir="auto"
        value={value}
        maxLength={NOTE_LIMIT}
        aria-label={t("inbox.note.label")}
        aria-describedby={describedBy}
        aria-autocomplete="list"
        aria-controls={found.length > 0 ? list : undefined}
        aria-activedescendant={found[chosen] ? `${list}-${found[chosen].id}` : undefined}
        placeholder={placeholder}
        enterKeyHint={touch ? "enter" : "done"}
        onChange={(event) => {
          onChange(event.target.value);
          look(event.target);
        }}
        onSelect={(event) => look(event.currentTarget)}
        onBlur={() => setTyped(null)}
        onKeyDown={keyDown}
        className={cx(
          GROWING,
          "thin-scroll block min-h-8 w-full min-w-0 resize-none bg-transparent px-1 py-1.5 text-base text-text outline-none placeholder:text-note-text pointer-coarse:min-h-11 pointer-coarse:py-3",
        )}
      />
    </div>
  );
}
