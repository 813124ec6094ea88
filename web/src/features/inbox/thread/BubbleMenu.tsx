/** What can be done with one message: answer it with an emoji or a reply, copy it, take it out of the inbox. */
import { Copy, CornerUpLeft, type LucideIcon, Plus, Trash2 } from "lucide-react";
import { type RefObject, Suspense, useState } from "react";
import { useTranslation } from "@/i18n/useTranslation";
import { cx } from "@/ui/cx";
import { lazy } from "@/ui/lazy";
import { Popup } from "@/ui/Popup";
import { isSame, QUICK } from "./reactions";

const EmojiPicker = lazy(() => import("@/ui/EmojiPicker"));

const ITEM =
  "flex min-h-9 w-full items-center gap-2.5 rounded-md px-2.5 text-start text-base hover:bg-hover pointer-coarse:min-h-11";

export default function BubbleMenu({
  anchor,
  returnTo,
  own,
  align,
  onReact,
  onReply,
  onCopy,
  onRemove,
  noReply,
  noRemove,
  onClose,
}: {
  anchor: RefObject<HTMLElement | null>;
  returnTo: RefObject<HTMLElement | null>;
  /** What we have answered with already. */
  own: string | null;
  align: "start" | "end";
  onReact: ((emoji: string | null) => void) | null;
  onReply: (() => void) | null;
  onCopy: (() => void) | null;
  onRemove: (() => void) | null;
  /** Why the reader may not answer it, or take it out. */
  noReply: string | undefined;
  noRemove: string | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const react = (emoji: string) => {
    onReact?.(isSame(own, emoji) ? null : emoji);
    onClose();
  };
  const quick = own && !QUICK.some((emoji) => isSame(emoji, own)) ? [...QUICK.slice(0, 5), own] : QUICK;
  return (
    <Popup
      anchor={anchor}
      returnTo={returnTo}
      label={t("inbox.message.actions")}
      align={align}
      onClose={onClose}
    >
      {all ? (
        <Suspense fallback={<div className="h-80 w-[312px] max-w-[calc(100vw-32px)]" />}>
          <EmojiPicker onPick={react} />
        </Suspense>
      ) : (
        <>
          {onReact && (
            // biome-ignore lint/a11y/useSemanticElements: a row of buttons, no form
            <div role="group" aria-label={t("inbox.message.react")} className="flex" onKeyDown={moveAlong}>
              {quick.map((emoji) => (
                <button
                  key={emoji}
                  type="button"
                  aria-pressed={isSame(own, emoji)}
                  aria-label={t(isSame(own, emoji) ? "inbox.message.unreact" : "inbox.message.reactWith", {
                    emoji,
                  })}
                  onClick={() => react(emoji)}
                  className={cx(
                    "flex size-9 items-center justify-center rounded-md text-[22px] leading-none hover:bg-hover pointer-coarse:size-11",
                    isSame(own, emoji) && "bg-accent-soft",
                  )}
                >
                  {emoji}
                </button>
              ))}
              <button
                type="button"
                aria-label={t("inbox.message.moreEmoji")}
                data-tip={t("inbox.message.moreEmoji")}
                onClick={() => setAll(true)}
                className="flex size-9 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-text pointer-coarse:size-11"
              >
                <Plus aria-hidden="true" className="size-5" />
              </button>
            </div>
          )}
          {onReact && (onReply || onCopy || onRemove) && <hr className="mx-1 my-1 border-line" />}
          {onReply && (
            <button
              type="button"
              className={ITEM}
              onClick={() => {
                onClose();
                onReply();
              }}
            >
              <CornerUpLeft aria-hidden="true" className="size-4 text-muted rtl:-scale-x-100" />
              {t("inbox.message.reply")}
            </button>
          )}
          {noReply && <Refused icon={CornerUpLeft} label={t("inbox.message.reply")} reason={noReply} />}
          {onCopy && (
            <button
              type="button"
              className={ITEM}
              onClick={() => {
                onCopy();
                onClose();
              }}
            >
              <Copy aria-hidden="true" className="size-4 text-muted" />
              {t("inbox.message.copyText")}
            </button>
          )}
          {onRemove && (
            <button
              type="button"
              className={cx(ITEM, "text-danger")}
              onClick={() => {
                onClose();
                onRemove();
              }}
            >
              <Trash2 aria-hidden="true" className="size-4" />
              {t("inbox.deletion.message")}
            </button>
          )}
          {noRemove && <Refused icon={Trash2} label={t("inbox.deletion.message")} reason={noRemove} />}
        </>
      )}
    </Popup>
  );
}

/** What others may do, in its place, with the reason why this member may not. */
function Refused({ icon: Icon, label, reason }: { icon: LucideIcon; label: string; reason: string }) {
  return (
    <button
      type="button"
      aria-disabled="true"
      aria-description={reason}
      className="flex w-64 items-start gap-2.5 rounded-md px-2.5 py-2 text-start text-base text-muted"
    >
      <Icon aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
      <span>
        {label}
        <span aria-hidden="true" className="block text-sm">
          {reason}
        </span>
      </span>
    </button>
  );
}

/** Arrows go from one emoji to the next, in the direction they point. */
function moveAlong(event: React.KeyboardEvent<HTMLElement>): void {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const rtl = document.documentElement.dir === "rtl";
  const by = (event.key === "ArrowRight") === rtl ? -1 : 1;
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement) + by;
  buttons[(at + buttons.length) % buttons.length]?.focus();
  event.preventDefault();
}
