/** A line of what is known, which becomes a box when it is pressed. Enter or leaving the box saves, Escape does not. */
import type { LucideIcon } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { reasonOf } from "@/api/errors";
import { useTranslation } from "@/i18n/useTranslation";
import { cx } from "@/ui/cx";
import { INPUT } from "@/ui/TextField";
import { CopyButton } from "./CopyButton";

export function EditableField({
  label,
  icon: Icon,
  value,
  shown = value,
  placeholder,
  type = "text",
  maxLength,
  copy = false,
  big = false,
  onSave,
}: {
  label: string;
  icon?: LucideIcon;
  value: string | null;
  /** What stands there when nobody edits, if not the value itself. */
  shown?: string | null;
  /** What to press when there is nothing yet. */
  placeholder: string;
  type?: "text" | "email";
  maxLength: number;
  copy?: boolean;
  big?: boolean;
  /** Null where it may only be read. */
  onSave: ((value: string | null) => Promise<unknown>) | null;
}) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  // Only one of Enter and leaving the box, which follows from it, saves.
  const busy = useRef(false);

  const returning = useRef(false);
  useEffect(() => {
    if (draft !== null || !returning.current) return;
    returning.current = false;
    button.current?.focus();
  }, [draft]);

  /** `refocus`: who did not leave the box by themselves goes on where they came from. */
  const done = (refocus: boolean) => {
    returning.current = refocus;
    setDraft(null);
    setProblem(null);
  };

  const save = async (refocus: boolean) => {
    if (draft === null || !onSave || busy.current) return;
    const next = draft.trim() || null;
    if (next === value) {
      done(refocus);
      return;
    }
    busy.current = true;
    try {
      await onSave(next);
      done(refocus);
    } catch (error) {
      setProblem(reasonOf(error) ?? t("error.network"));
    } finally {
      busy.current = false;
    }
  };

  if (draft !== null) {
    return (
      <div className="flex w-full flex-col gap-1">
        <input
          // Pressed to write in it.
          // biome-ignore lint/a11y/noAutofocus: it takes the place of what was pressed
          autoFocus
          type={type}
          aria-label={label}
          aria-invalid={problem ? true : undefined}
          aria-describedby={problem ? `${id}-problem` : undefined}
          value={draft}
          maxLength={maxLength}
          placeholder={placeholder}
          onFocus={(event) => event.target.select()}
          onChange={(event) => setDraft(event.target.value)}
          onBlur={() => void save(false)}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === "Enter") {
              event.preventDefault();
              void save(true);
            } else if (event.key === "Escape") {
              event.stopPropagation();
              done(true);
            }
          }}
          className={cx(INPUT, "pointer-coarse:h-11", big ? "h-10 text-center font-semibold text-lg" : "h-9")}
        />
        {problem && (
          <p id={`${id}-problem`} role="alert" className="text-danger text-sm">
            {problem}
          </p>
        )}
      </div>
    );
  }

  const text = shown ? (
    <bdi className="min-w-0 break-words">{shown}</bdi>
  ) : (
    <span className="text-faint">{placeholder}</span>
  );
  if (!onSave) {
    if (!shown) return null;
    return (
      <div
        className={cx(
          "group/fact relative flex min-h-8 items-center gap-2.5 text-base",
          big && "font-semibold text-lg",
        )}
      >
        {Icon && <Icon aria-hidden="true" className="size-4 shrink-0 text-faint" />}
        <span className="sr-only">{label}</span>
        <span className={cx("min-w-0", !big && "flex-1 text-ui-start")}>{text}</span>
        {copy && <CopyButton what={label} value={shown} />}
      </div>
    );
  }
  return (
    <div className={cx("group/fact relative flex min-h-8 items-center gap-2.5", big && "max-w-full")}>
      {Icon && <Icon aria-hidden="true" className="size-4 shrink-0 text-faint" />}
      <button
        ref={button}
        type="button"
        aria-label={shown ? t("inbox.sidebar.edit", { what: label, value: shown }) : placeholder}
        onClick={() => setDraft(value ?? "")}
        className={cx(
          "min-w-0 rounded-md px-1.5 py-0.5 hover:bg-hover pointer-coarse:min-h-11",
          big ? "max-w-full font-semibold text-lg" : "-mx-1.5 flex-1 text-base text-ui-start",
        )}
      >
        {text}
      </button>
      {copy && shown && <CopyButton what={label} value={shown} />}
    </div>
  );
}
