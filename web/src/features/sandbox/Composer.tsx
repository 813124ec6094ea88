/** Where the customer types. What was typed stays with its phone while others are looked at. */
import { SendHorizontal, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { IconButton } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { Attach } from "./Attach";
import { act, type Line, type Message, type Phone, Refused, sendFile } from "./api";
import { summary } from "./Content";
import { t } from "./texts";

const LIMIT = 4096;

export function Composer({
  phone,
  line,
  business,
  quoted,
  editing,
  onCancelQuote,
  onSaid,
}: {
  phone: Phone;
  /** The number that is written to. */
  line: Line;
  business: string;
  quoted: Message | null;
  /** The message that is corrected instead of writing a new one. */
  editing: Message | null;
  onCancelQuote: () => void;
  onSaid: (message: Message) => void;
}) {
  const [draft, setDraft] = useDraft(`${phone.wa_id}.${line}`);
  const [correction, setCorrection] = useState("");
  const [text, setText] = editing ? [correction, setCorrection] : [draft, setDraft];
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const box = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    if (editing) setCorrection(editing.text);
    if (quoted || editing) box.current?.focus();
  }, [quoted, editing]);

  const tooLong = Array.from(text).length > LIMIT;
  const refusal = phone.online ? (tooLong ? t.tooLong : undefined) : t.offlineReason;

  const attempt = async (doing: () => Promise<Message>) => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      onSaid(await doing());
    } catch (error) {
      setProblem(error instanceof Refused ? error.message : t.noAnswer);
    } finally {
      setBusy(false);
    }
  };
  const reply = quoted ? { reply_to: quoted.id } : {};

  const send = () => {
    if (refusal !== undefined || text.trim() === "") return;
    void attempt(async () => {
      const message = await act(phone.wa_id, {
        ...(editing ? { type: "edit", message_id: editing.id } : { type: "text", ...reply }),
        line,
        text: text.trim(),
      });
      setText("");
      return message;
    });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && (quoted || editing)) {
      event.preventDefault();
      onCancelQuote();
    }
    // Enter also ends the composition of a character; then it is not meant for us.
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      send();
    }
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      className="border-line border-t bg-raised px-3 pt-2.5 pb-[max(10px,env(safe-area-inset-bottom))] md:pb-4"
    >
      {problem && (
        <Notice tone="danger" role="alert" className="mb-2">
          {problem}
        </Notice>
      )}
      {refusal && (
        <p id="composer-refusal" className="mb-2 px-1 text-muted text-sm">
          {refusal}
        </p>
      )}
      {(quoted || editing) && (
        <div className="mb-2 flex items-center gap-2 rounded-md border-accent border-s-3 bg-hover/70 ps-2.5">
          <div className="min-w-0 flex-1 py-1 text-sm">
            <p className="font-medium text-accent">
              {editing ? t.editing : t.replyingTo(quoted?.from_business ? business : t.you)}
            </p>
            <p className="truncate text-muted">
              {summary((editing ?? quoted)?.kind ?? null, (editing ?? quoted)?.text ?? null)}
            </p>
          </div>
          <IconButton size="sm" label={editing ? t.cancel : t.cancelReply} onClick={onCancelQuote}>
            <X aria-hidden="true" className="size-4" />
          </IconButton>
        </div>
      )}
      <div className="flex items-end gap-1.5">
        <Attach
          disabledReason={phone.online ? undefined : t.offlineReason}
          onSend={(what) => void attempt(() => act(phone.wa_id, { ...what, ...reply, line }))}
          onFile={(file) => void attempt(() => sendFile(phone.wa_id, line, file, ""))}
        />
        <textarea
          ref={box}
          rows={1}
          value={text}
          dir="auto"
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          aria-label={t.messageAs(phone.name)}
          aria-describedby={refusal ? "composer-refusal" : undefined}
          aria-invalid={tooLong || undefined}
          placeholder={t.placeholder}
          className="thin-scroll field-sizing-content max-h-36 min-h-10 w-full flex-1 resize-none rounded-[20px] border border-edge/70 bg-canvas px-4 py-2.25 text-base leading-5 placeholder:text-faint focus-visible:border-accent focus-visible:outline-2 focus-visible:outline-accent focus-visible:outline-offset-0 pointer-coarse:min-h-11"
        />
        <IconButton
          type="submit"
          variant="primary"
          label={t.send}
          disabledReason={refusal}
          busy={busy}
          className="size-10 rounded-full!"
        >
          <SendHorizontal aria-hidden="true" className="size-4.5 rtl:-scale-x-100" />
        </IconButton>
      </div>
    </form>
  );
}

/** Unsent text, kept over reloads. */
function useDraft(waId: string): [string, (text: string) => void] {
  const key = `recado.sandbox.draft.${waId}`;
  const [text, setText] = useState(() => {
    try {
      return localStorage.getItem(key) ?? "";
    } catch {
      return "";
    }
  });
  const keep = (next: string) => {
    setText(next);
    try {
      if (next) localStorage.setItem(key, next);
      else localStorage.removeItem(key);
    } catch {
      // Without storage the draft lasts as long as the phone is open.
    }
  };
  return [text, keep];
}
