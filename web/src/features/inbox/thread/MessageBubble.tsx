import { CornerUpLeft, RotateCcw, Trash2 } from "lucide-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/format";
import { IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { formatText } from "@/ui/formatText";
import { kindIcon, useKindName } from "../kinds";
import { Ticks } from "../Ticks";
import type { Bubble } from "./layout";

export type Quote = { key: string | null; author: string; text: string };

export type BubbleActions = {
  reply: ((bubble: Bubble) => void) | null;
  retry: (bubble: Bubble) => void;
  discard: (bubble: Bubble) => void;
  jump: (messageId: string) => void;
};

export const MessageBubble = memo(function MessageBubble({
  bubble,
  first,
  last,
  author,
  quote,
  canRetry,
  actions,
}: {
  bubble: Bubble;
  first: boolean;
  last: boolean;
  /** Who wrote it, as the reader calls them. */
  author: string;
  quote: Quote | null;
  canRetry: boolean;
  actions: BubbleActions;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { outbound, status } = bubble;
  const failed = status === "failed" || status === "refused";
  const shownStatus = status === "sending" ? "queued" : status === "refused" ? "failed" : status;

  return (
    <article
      data-key={bubble.key}
      data-status={shownStatus}
      data-direction={outbound ? "outbound" : "inbound"}
      aria-label={t("inbox.message.label", { author, time: format.time(bubble.at) })}
      className={cx(
        "group/message flex items-center gap-1 rounded-md px-4",
        outbound ? "flex-row-reverse" : "flex-row",
        first ? "pt-2" : "pt-0.5",
      )}
    >
      <div
        className={cx("flex min-w-0 max-w-[min(65ch,82%)] flex-col", outbound ? "items-end" : "items-start")}
      >
        <div
          className={cx(
            "min-w-0 max-w-full rounded-lg px-3 py-1.5",
            outbound ? "bg-bubble-out" : "bg-bubble-in shadow-[0_0_0_1px_var(--line)]",
            !first && (outbound ? "rounded-se-sm" : "rounded-ss-sm"),
            !last && (outbound ? "rounded-ee-sm" : "rounded-es-sm"),
            failed && "shadow-[0_0_0_1px_var(--danger)]",
          )}
        >
          {first && outbound && <p className="mb-0.5 font-medium text-muted text-xs">{author}</p>}
          {bubble.replyTo && quote && (
            <button
              type="button"
              onClick={() => bubble.replyTo && actions.jump(bubble.replyTo)}
              className="mt-0.5 mb-1 block w-full min-w-32 rounded-md border-accent border-s-3 bg-[color-mix(in_oklch,var(--text)_5%,transparent)] px-2 py-1 text-start hover:bg-[color-mix(in_oklch,var(--text)_9%,transparent)]"
            >
              <span className="sr-only">{t("inbox.message.quoted")}</span>
              <span className="block truncate font-medium text-accent text-xs">
                <bdi>{quote.author}</bdi>
              </span>
              <span dir="auto" className="line-clamp-2 break-words text-muted text-sm text-ui-start">
                {quote.text}
              </span>
            </button>
          )}
          <Content bubble={bubble} />
          <span className="float-end ms-3 mt-1 -mb-0.5 inline-flex h-4 items-center gap-1 text-muted text-xs tabular-nums">
            <time dateTime={bubble.at} title={format.full(bubble.at)}>
              {format.time(bubble.at)}
            </time>
            {outbound && <Ticks status={status} />}
          </span>
        </div>
        <Trouble bubble={bubble} canRetry={canRetry} actions={actions} />
      </div>
      {actions.reply && bubble.id && (
        <IconButton
          label={t("inbox.message.reply")}
          size="sm"
          onClick={() => actions.reply?.(bubble)}
          className="-my-2 opacity-0 focus-visible:opacity-100 group-focus-within/message:opacity-100 group-hover/message:opacity-100 pointer-coarse:opacity-60"
        >
          <CornerUpLeft aria-hidden="true" className="size-4 rtl:-scale-x-100" />
        </IconButton>
      )}
    </article>
  );
});

function Content({ bubble }: { bubble: Bubble }) {
  const kindName = useKindName();
  const Icon = kindIcon(bubble.contentType);
  return (
    <>
      {Icon && (
        <span className="my-0.5 flex items-center gap-2 text-muted text-sm italic">
          <Icon aria-hidden="true" className="size-4 shrink-0" />
          <Kind name={kindName(bubble.contentType)} kind={bubble.contentType} />
        </span>
      )}
      {bubble.text && (
        <span dir="auto" className="whitespace-pre-wrap break-words text-base [overflow-wrap:anywhere]">
          {formatText(bubble.text)}
        </span>
      )}
    </>
  );
}

/** A kind this version cannot show yet is named and kept; so is the word the provider has for it. */
function Kind({ name, kind }: { name: string; kind: string }) {
  const { t } = useTranslation();
  return (
    <span>{t("inbox.message.notShown", { kind: kind === "unsupported" ? name : `${name} (${kind})` })}</span>
  );
}

/** What went wrong, what was kept, what to do. */
function Trouble({
  bubble,
  canRetry,
  actions,
}: {
  bubble: Bubble;
  canRetry: boolean;
  actions: BubbleActions;
}) {
  const { t } = useTranslation();
  if (bubble.status === "waiting") {
    return <p className="mt-1 text-muted text-xs">{t("inbox.message.waiting")}</p>;
  }
  if (bubble.status === "unknown") {
    return <p className="mt-1 max-w-80 text-end text-pending text-xs">{t("inbox.message.unknown")}</p>;
  }
  if (bubble.status !== "failed" && bubble.status !== "refused") return null;
  const refused = bubble.status === "refused";
  const why = refused ? refusal(bubble, t) : t(`inbox.reason.${bubble.error?.reason ?? "unknown"}`);
  const detail = bubble.error
    ? [bubble.error.code, bubble.error.message].filter(Boolean).join(": ")
    : undefined;
  return (
    <div className="mt-1 flex max-w-96 flex-wrap items-center justify-end gap-x-2 gap-y-1 text-danger text-xs">
      <span title={detail}>{why}</span>
      {canRetry && (
        <button
          type="button"
          onClick={() => actions.retry(bubble)}
          className="inline-flex items-center gap-1 rounded-sm font-medium underline underline-offset-2 pointer-coarse:min-h-11"
        >
          <RotateCcw aria-hidden="true" className="size-3" />
          {t("common.retry")}
        </button>
      )}
      {refused && (
        <button
          type="button"
          onClick={() => actions.discard(bubble)}
          className="inline-flex items-center gap-1 rounded-sm font-medium underline underline-offset-2 pointer-coarse:min-h-11"
        >
          <Trash2 aria-hidden="true" className="size-3" />
          {t("inbox.message.discard")}
        </button>
      )}
    </div>
  );
}

function refusal(bubble: Bubble, t: ReturnType<typeof useTranslation>["t"]): string {
  if (bubble.problem?.code === "too_old") return t("inbox.message.tooOld");
  if (bubble.problem?.code === "window_closed") return t("inbox.reason.window_closed");
  return t("inbox.message.refused", { reason: bubble.problem?.message ?? "" });
}
