/** Where a reply is written. What is written is kept as it is typed. */
import { CornerUpLeft, LockKeyhole, SendHorizontal, X } from "lucide-react";
import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/types";
import { useCan } from "@/app/me";
import { useMediaQuery } from "@/app/useMediaQuery";
import { useNow } from "@/app/useNow";
import { useFormat } from "@/i18n/format";
import { IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { useDraft } from "../drafts";
import { useOutbox } from "../outbox";

/** WhatsApp's limit for a text message. */
const MOST_CHARACTERS = 4096;
const NEAR_LIMIT = 3500;
const MOST_HEIGHT = 200;

export function Composer({
  conversation,
  input,
  quoted,
  onSent,
}: {
  conversation: Conversation;
  input: RefObject<HTMLTextAreaElement | null>;
  /** The message being replied to, as shown above the box. */
  quoted: { author: string; text: string } | null;
  onSent: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const outbox = useOutbox();
  const canSend = useCan("messages:send");
  const [draft, setDraft] = useDraft(conversation.id);
  const touch = useMediaQuery("(pointer: coarse)");
  const text = draft.text.trim();
  const tooLong = text.length > MOST_CHARACTERS;

  const expires = conversation.window_expires_at;
  const open = expires ? Date.parse(expires) > now : false;
  const locked = !canSend
    ? t("inbox.composer.notAllowed")
    : open
      ? null
      : expires
        ? t("inbox.composer.windowClosed", { at: format.full(expires) })
        : t("inbox.composer.windowNeverOpen");

  useGrowing(input, draft.text);
  useEffect(() => {
    // On a touch screen the keyboard would cover the thread one has just opened.
    if (!touch && !locked) input.current?.focus({ preventScroll: true });
  }, [input, touch, locked]);

  const send = () => {
    if (!text || tooLong || locked) return;
    outbox.add(conversation.id, text, draft.replyTo);
    setDraft({ text: "", replyTo: null });
    onSent();
    input.current?.focus();
  };

  if (locked) {
    return (
      <div className="border-line border-t bg-surface px-4 py-3">
        <div className="flex items-start gap-3 rounded-lg border border-line bg-canvas px-3 py-2.5">
          <LockKeyhole aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-pending" />
          <div className="min-w-0 flex-1">
            <label className="sr-only" htmlFor="message">
              {t("inbox.composer.label")}
            </label>
            <textarea
              id="message"
              ref={input}
              disabled
              rows={1}
              aria-describedby="message-locked"
              value={draft.text}
              readOnly
              className={cx("w-full resize-none text-base text-muted", !draft.text && "sr-only")}
            />
            <p id="message-locked" className="text-base text-muted">
              {locked}
            </p>
          </div>
        </div>
      </div>
    );
  }

  return (
    <form
      className="border-line border-t bg-surface px-4 py-3"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="rounded-lg border border-edge/60 bg-raised focus-within:border-accent focus-within:outline-1 focus-within:outline-accent">
        {draft.replyTo && (
          <div className="flex items-center gap-2 border-line border-b px-3 py-1.5">
            <CornerUpLeft aria-hidden="true" className="size-4 shrink-0 text-accent rtl:-scale-x-100" />
            <div className="min-w-0 flex-1">
              <p className="truncate font-medium text-accent text-xs">
                {t("inbox.composer.replyingTo", { name: quoted?.author ?? t("inbox.message.earlier") })}
              </p>
              <p dir="auto" className="truncate text-muted text-sm text-ui-start">
                {quoted?.text}
              </p>
            </div>
            <IconButton
              label={t("inbox.composer.cancelReply")}
              size="sm"
              onClick={() => {
                setDraft({ ...draft, replyTo: null });
                input.current?.focus();
              }}
            >
              <X aria-hidden="true" className="size-4" />
            </IconButton>
          </div>
        )}
        <div className="flex items-end gap-2 p-1.5">
          <label className="sr-only" htmlFor="message">
            {t("inbox.composer.label")}
          </label>
          <textarea
            id="message"
            ref={input}
            rows={1}
            dir="auto"
            value={draft.text}
            placeholder={t("inbox.composer.placeholder")}
            aria-describedby="message-hint"
            aria-invalid={tooLong || undefined}
            enterKeyHint={touch ? "enter" : "send"}
            onChange={(event) => setDraft({ ...draft, text: event.target.value })}
            onKeyDown={(event) => {
              if (event.nativeEvent.isComposing) return;
              if (event.key === "Enter" && !event.shiftKey && !event.altKey && !touch) {
                event.preventDefault();
                send();
              } else if (event.key === "Escape" && draft.replyTo) {
                event.stopPropagation();
                setDraft({ ...draft, replyTo: null });
              }
            }}
            className="thin-scroll min-h-8 flex-1 resize-none self-center bg-transparent px-2 py-1.5 text-base outline-none placeholder:text-faint pointer-coarse:min-h-11 pointer-coarse:py-3"
          />
          <IconButton
            type="submit"
            variant="primary"
            label={t("inbox.composer.send")}
            disabled={!text || tooLong}
          >
            <SendHorizontal aria-hidden="true" className="size-4.5 rtl:-scale-x-100" />
          </IconButton>
        </div>
      </div>
      <div className="mt-1.5 flex justify-between gap-4 px-1 text-faint text-xs">
        <span id="message-hint" className="pointer-coarse:hidden">
          {t("inbox.composer.hint")}
        </span>
        {text.length > NEAR_LIMIT && (
          <span className={cx("ms-auto tabular-nums", tooLong && "text-danger")}>
            {t("inbox.composer.length", {
              used: format.number(text.length),
              most: format.number(MOST_CHARACTERS),
            })}
          </span>
        )}
      </div>
    </form>
  );
}

/** The box is as high as its text, up to a point. */
function useGrowing(input: RefObject<HTMLTextAreaElement | null>, text: string): void {
  const last = useRef<string | null>(null);
  useLayoutEffect(() => {
    const box = input.current;
    if (!box || last.current === text) return;
    last.current = text;
    box.style.height = "auto";
    box.style.height = `${Math.min(MOST_HEIGHT, box.scrollHeight)}px`;
    box.style.overflowY = box.scrollHeight > MOST_HEIGHT ? "auto" : "hidden";
  }, [input, text]);
}
