/** One message as it stands in the thread: what it says, what was said about it, and what can be done with it. */
import {
  Ban,
  CornerUpLeft,
  EllipsisVertical,
  Forward,
  MessageCircleQuestion,
  RotateCcw,
  Smartphone,
  SmilePlus,
  Trash2,
} from "lucide-react";
import { memo, type ReactNode, Suspense, useRef, useState } from "react";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { formatText } from "@/ui/formatText";
import { lazy } from "@/ui/lazy";
import { useKindName } from "../kinds";
import { FILE_LOST, useProgress } from "../outbox";
import { Ticks } from "../Ticks";
import { isEmojiOnly } from "./content/emojiOnly";
import { Film, Picture, Sticker } from "./content/pictures";
import type { Bubble } from "./layout";
import { Reactions } from "./Reactions";
import { ownReaction } from "./reactions";
import { useTouch } from "./useTouch";

export const loadRich = () => import("./content/rich");
const Rich = lazy(loadRich);
const CameFrom = lazy(() => loadRich().then((rich) => ({ default: rich.CameFrom })));
const BubbleMenu = lazy(() => import("./BubbleMenu"));

export type Quote = { key: string | null; author: string; text: string };

export type BubbleActions = {
  reply: ((bubble: Bubble) => void) | null;
  react: ((bubble: Bubble, emoji: string | null) => void) | null;
  /** Takes it out of the inbox, after asking. */
  remove: ((bubble: Bubble) => void) | null;
  /** Why the reader's role may not answer, or take messages out. */
  refused: { send: string | undefined; remove: string | undefined };
  retry: (bubble: Bubble) => void;
  discard: (bubble: Bubble) => void;
  jump: (messageId: string) => void;
  /** Shows a picture large. */
  open: (key: string) => void;
};

export const MessageBubble = memo(function MessageBubble({
  bubble,
  first,
  last,
  author,
  quote,
  me,
  actions,
}: {
  bubble: Bubble;
  first: boolean;
  last: boolean;
  /** Who wrote it, as the reader calls them. */
  author: string;
  quote: Quote | null;
  /** The member who reads. */
  me: string;
  actions: BubbleActions;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const whole = useRef<HTMLElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const [menu, setMenu] = useState(false);
  const { outbound, status, deleted } = bubble;
  const failed = status === "failed" || status === "refused";
  const shownStatus = status === "sending" ? "queued" : status === "refused" ? "failed" : status;
  const answerable = bubble.id !== null && !deleted && !failed;
  const reply = actions.reply && answerable ? () => actions.reply?.(bubble) : null;
  const react = actions.react && answerable ? (emoji: string | null) => actions.react?.(bubble, emoji) : null;
  const text = bubble.text;
  const copy = text && !deleted ? () => void navigator.clipboard?.writeText(text) : null;
  const remove =
    actions.remove && bubble.id && !deleted && status !== "queued" ? () => actions.remove?.(bubble) : null;
  const { refused } = actions;
  const noReply = answerable ? refused.send : undefined;
  const noRemove = bubble.id && !deleted && status !== "queued" ? refused.remove : undefined;
  const hasMenu = Boolean(react || reply || copy || remove || noReply || noRemove);
  useTouch(body, { onHold: hasMenu ? () => setMenu(true) : null, onSwipe: reply });

  const frame = deleted ? "text" : frameOf(bubble);
  const meta = (
    <span className="inline-flex h-4 shrink-0 items-center gap-1 whitespace-nowrap text-muted text-xs tabular-nums">
      {bubble.isEcho && (
        <Smartphone aria-label={t("inbox.message.phoneHint")} className="size-3" role="img">
          <title>{t("inbox.message.phoneHint")}</title>
        </Smartphone>
      )}
      {bubble.edited && !deleted && <span>{t("inbox.message.edited")}</span>}
      <time dateTime={bubble.at} title={format.full(bubble.at)}>
        {format.time(bubble.at)}
      </time>
      {outbound && <Ticks status={status} />}
    </span>
  );

  return (
    <article
      ref={whole}
      data-key={bubble.key}
      data-id={bubble.id ?? undefined}
      data-kind={bubble.contentType}
      data-status={shownStatus}
      data-direction={outbound ? "outbound" : "inbound"}
      tabIndex={-1}
      aria-label={t("inbox.message.label", { author, time: format.time(bubble.at) })}
      className={cx(
        "group/message flex items-center gap-1 rounded-md px-4 outline-offset-[-2px]",
        outbound ? "flex-row-reverse" : "flex-row",
        first ? "pt-2" : "pt-1",
      )}
    >
      <div
        ref={body}
        className={cx(
          "flex min-w-0 max-w-[min(65ch,82%)] flex-col pointer-coarse:select-none",
          outbound ? "items-end" : "items-start",
        )}
      >
        <div
          className={cx(
            "min-w-0 max-w-full rounded-lg",
            FRAMES[frame],
            frame !== "bare" &&
              [
                outbound ? "bg-bubble-out" : "bg-bubble-in shadow-[0_0_0_1px_var(--line)]",
                !first && (outbound ? "rounded-se-sm" : "rounded-ss-sm"),
                !last && (outbound ? "rounded-ee-sm" : "rounded-es-sm"),
                failed && "shadow-[0_0_0_1px_var(--danger)]",
              ]
                .filter(Boolean)
                .join(" "),
          )}
        >
          <div
            className={cx(
              frame === "media" && "px-2 empty:hidden [&>:first-child]:pt-1",
              frame === "whole" && "px-3 empty:hidden [&>:first-child]:pt-1.5",
            )}
          >
            {first && outbound && <p className="mb-0.5 font-medium text-muted text-xs">{author}</p>}
            {!deleted && bubble.content.forwarded && (
              <p className="mb-0.5 flex items-center gap-1 text-muted text-xs italic">
                <Forward aria-hidden="true" className="size-3.5 rtl:-scale-x-100" />
                {t(
                  bubble.content.forwarded === "often"
                    ? "inbox.message.forwardedOften"
                    : "inbox.message.forwarded",
                )}
              </p>
            )}
            {!deleted && bubble.content.referral && (
              <Suspense fallback={<span className="block h-16" />}>
                <CameFrom referral={bubble.content.referral} />
              </Suspense>
            )}
            {bubble.replyTo && quote && (
              <QuoteBlock quote={quote} onJump={() => bubble.replyTo && actions.jump(bubble.replyTo)} />
            )}
          </div>
          <Content bubble={bubble} frame={frame} meta={meta} onOpen={actions.open} />
          <Uploading bubbleKey={bubble.key} />
        </div>
        {bubble.reactions.length > 0 && !deleted && (
          <Reactions reactions={bubble.reactions} me={me} outbound={outbound} onReact={react} />
        )}
        <Trouble bubble={bubble} actions={actions} />
      </div>
      {hasMenu && (
        <span
          className={cx(
            "flex shrink-0 opacity-0 focus-within:opacity-100 group-focus-within/message:opacity-100 group-hover/message:opacity-100 group-focus/message:opacity-100 pointer-coarse:opacity-60",
            outbound && "flex-row-reverse",
            menu && "opacity-100",
          )}
        >
          <IconButton
            label={t(react ? "inbox.message.react" : "inbox.message.actions")}
            size="sm"
            aria-haspopup="dialog"
            aria-expanded={menu}
            data-menu
            onClick={() => setMenu(!menu)}
            className="-my-2"
          >
            {react ? (
              <SmilePlus aria-hidden="true" className="size-4" />
            ) : (
              <EllipsisVertical aria-hidden="true" className="size-4" />
            )}
          </IconButton>
          {reply && (
            <IconButton
              label={t("inbox.message.reply")}
              size="sm"
              shortcut="r"
              data-reply
              onClick={reply}
              className="-my-2 pointer-coarse:hidden"
            >
              <CornerUpLeft aria-hidden="true" className="size-4 rtl:-scale-x-100" />
            </IconButton>
          )}
        </span>
      )}
      {menu && (
        <Suspense fallback={null}>
          <BubbleMenu
            anchor={body}
            returnTo={whole}
            own={ownReaction(bubble.reactions, me)}
            align={outbound ? "end" : "start"}
            onReact={react}
            onReply={reply}
            onCopy={copy}
            onRemove={remove}
            noReply={noReply}
            noRemove={noRemove}
            onClose={() => setMenu(false)}
          />
        </Suspense>
      )}
    </article>
  );
});

type Frame = "text" | "media" | "whole" | "bare";

const FRAMES: Record<Frame, string> = {
  text: "px-3 py-1.5",
  /** Around a picture. */
  media: "p-1",
  /** Up to the edges: buttons go all the way. */
  whole: "w-96 overflow-hidden",
  /** Nothing around it. */
  bare: "",
};

function frameOf({ contentType, content, media }: Bubble): Frame {
  if (contentType === "sticker" && media) return "bare";
  if ((contentType === "image" || contentType === "video") && media) return "media";
  if (content.interactive || content.template) return "whole";
  return "text";
}

const RICH = new Set(["audio", "document", "location", "contacts", "order", "interactive", "template"]);
/** So much room is kept while the code for these is on its way. */
const ROOM: Record<string, string> = { audio: "h-13 w-72", document: "h-15 w-72", location: "h-44 w-72" };

function Content({
  bubble,
  frame,
  meta,
  onOpen,
}: {
  bubble: Bubble;
  frame: Frame;
  meta: ReactNode;
  onOpen: (key: string) => void;
}) {
  const { t } = useTranslation();
  const { contentType, content, media } = bubble;
  if (bubble.deleted) {
    return (
      <span className="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-muted text-base">
        <span className="inline-flex items-center gap-1.5 italic">
          <Ban aria-hidden="true" className="size-4" />
          {t(bubble.deletedHere ? "inbox.message.deletedHere" : "inbox.message.deleted")}
        </span>
        <span className="ms-auto">{meta}</span>
      </span>
    );
  }
  if (contentType === "image" && media) {
    return (
      <>
        <Picture bubble={bubble} media={media} onOpen={onOpen} meta={bubble.text ? null : meta} />
        {bubble.text && <Caption text={bubble.text} meta={meta} />}
      </>
    );
  }
  if (contentType === "video" && media) {
    return (
      <>
        <Film bubble={bubble} media={media} />
        {bubble.text ? <Caption text={bubble.text} meta={meta} /> : <Foot className="px-1 pt-1">{meta}</Foot>}
      </>
    );
  }
  if (contentType === "sticker" && media) {
    return (
      <>
        <Sticker bubble={bubble} media={media} />
        <Foot className="pt-0.5">{meta}</Foot>
      </>
    );
  }
  if (frame === "whole") {
    return (
      <Suspense fallback={<span className="block h-32 w-72" />}>
        <Rich bubble={bubble} meta={meta} />
      </Suspense>
    );
  }
  if (RICH.has(contentType) && (media || Object.keys(content).length > 0)) {
    const caption = captionOf(bubble);
    return (
      <>
        <Suspense fallback={<span className={cx("block max-w-full", ROOM[contentType] ?? "h-16 w-72")} />}>
          <Rich bubble={bubble} meta={meta} />
        </Suspense>
        {caption ? (
          <Text text={caption} meta={meta} />
        ) : (
          <Foot className={contentType === "audio" && media?.state === "stored" ? "pointer-fine:-mt-5" : ""}>
            {meta}
          </Foot>
        )}
      </>
    );
  }
  if (contentType !== "text" && contentType !== "template" && contentType !== "interactive") {
    return <Unshown bubble={bubble} meta={meta} />;
  }
  if (bubble.text && isEmojiOnly(bubble.text)) {
    return (
      <>
        <span className="block py-0.5 text-[34px] leading-[42px]">{bubble.text}</span>
        <Foot>{meta}</Foot>
      </>
    );
  }
  return <Text text={bubble.text ?? ""} meta={meta} />;
}

/** Where the text says what the card says already, it is not said twice. */
function captionOf({ contentType, text }: Bubble): string | null {
  return contentType === "document" || contentType === "order" ? text : null;
}

function Text({ text, meta }: { text: string; meta: ReactNode }) {
  return (
    <>
      <span dir="auto" className="whitespace-pre-wrap break-words text-base [overflow-wrap:anywhere]">
        {formatText(text)}
      </span>
      <span className="float-end ms-3 mt-1 -mb-0.5">{meta}</span>
    </>
  );
}

/** Under a picture, and no wider than it. */
function Caption({ text, meta }: { text: string; meta: ReactNode }) {
  return (
    <span className="flow-root w-0 min-w-full px-2 pt-1 pb-0.5">
      <Text text={text} meta={meta} />
    </span>
  );
}

function Foot({ children, className }: { children: ReactNode; className?: string }) {
  return <span className={cx("flex justify-end", className)}>{children}</span>;
}

/** A kind this version cannot show is named and kept; so is the word the provider has for it. */
function Unshown({ bubble, meta }: { bubble: Bubble; meta: ReactNode }) {
  const { t } = useTranslation();
  const kindName = useKindName();
  const { unsupported } = bubble.content;
  const name = kindName(bubble.contentType);
  return (
    <span className="block max-w-80">
      <span className="flex items-start gap-2.5 py-0.5 text-muted">
        <MessageCircleQuestion aria-hidden="true" className="mt-0.5 size-5 shrink-0" strokeWidth={1.6} />
        <span className="min-w-0 text-sm">
          <span className="block font-medium text-text">
            {name}
            {unsupported && <bdi className="font-normal text-muted"> ({unsupported.kind})</bdi>}
          </span>
          {bubble.text ? (
            <span dir="auto" className="block whitespace-pre-wrap break-words">
              {bubble.text}
            </span>
          ) : (
            t("inbox.message.unsupported")
          )}
        </span>
      </span>
      <Foot>{meta}</Foot>
    </span>
  );
}

function QuoteBlock({ quote, onJump }: { quote: Quote; onJump: () => void }) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      onClick={onJump}
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
  );
}

function Uploading({ bubbleKey }: { bubbleKey: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const done = useProgress(bubbleKey);
  if (done === null) return null;
  return (
    <span className="mx-1 mt-1 mb-0.5 block">
      <span
        role="progressbar"
        aria-valuenow={Math.round(done * 100)}
        aria-label={t("media.uploading", { percent: format.percent(done) })}
        className="block h-1 overflow-hidden rounded-full bg-[color-mix(in_oklch,var(--text)_14%,transparent)]"
      >
        <span className="block h-full rounded-full bg-accent" style={{ width: `${done * 100}%` }} />
      </span>
      <span aria-hidden="true" className="mt-0.5 block text-muted text-xs tabular-nums">
        {t("media.uploading", { percent: format.percent(done) })}
      </span>
    </span>
  );
}

/** What went wrong, what was kept, what to do. */
function Trouble({ bubble, actions }: { bubble: Bubble; actions: BubbleActions }) {
  const { t } = useTranslation();
  if (bubble.status === "waiting") {
    return <p className="mt-1 text-muted text-xs">{t("inbox.message.waiting")}</p>;
  }
  if (bubble.status === "unknown") {
    return <p className="mt-1 max-w-80 text-end text-pending text-xs">{t("inbox.message.unknown")}</p>;
  }
  if (bubble.status !== "failed" && bubble.status !== "refused") return null;
  const refused = bubble.status === "refused";
  const lost = bubble.problem?.code === FILE_LOST;
  const refusal = () => {
    const { code, message } = bubble.problem ?? { code: "", message: "" };
    if (code === FILE_LOST) return t("inbox.message.fileLost");
    if (code === "too_old") return t("inbox.message.tooOld");
    if (code === "window_closed") return t("inbox.reason.window_closed");
    if (code === "contact_opted_out") return t("inbox.reason.contact_opted_out");
    return t("inbox.message.refused", { reason: message });
  };
  const why = refused ? refusal() : t(`inbox.reason.${bubble.error?.reason ?? "unknown"}`);
  const detail = bubble.error
    ? [bubble.error.code, bubble.error.message].filter(Boolean).join(": ")
    : undefined;
  return (
    <div className="mt-1 flex max-w-96 flex-wrap items-center justify-end gap-x-2 gap-y-1 text-danger text-xs">
      <span title={detail}>{why}</span>
      {!lost && (
        <button
          type="button"
          {...(actions.refused.send
            ? {
                "aria-disabled": true,
                "aria-description": actions.refused.send,
                "data-tip": actions.refused.send,
              }
            : { onClick: () => actions.retry(bubble) })}
          className="inline-flex items-center gap-1 rounded-sm font-medium underline underline-offset-2 aria-disabled:opacity-55 pointer-coarse:min-h-11"
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
