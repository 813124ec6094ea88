/** Pictures, stickers and films. Their room is reserved before they are there. */
import { ImageOff, LoaderCircle } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Media } from "@/api/types";
import { useTranslation } from "@/i18n/useTranslation";
import { boxOf } from "@/media/box";
import { quietWhenLeft } from "@/media/quiet";
import { mediaUrl, thumbnailUrl } from "@/media/urls";
import { cx } from "@/ui/cx";
import { useLocalFile } from "../../outbox";
import type { Bubble } from "../layout";

const STICKER = { width: 144, height: 144 };
const FILM = { width: 320, height: 180 };

export function Picture({
  bubble,
  media,
  onOpen,
  meta,
}: {
  bubble: Bubble;
  media: Media;
  onOpen: (key: string) => void;
  /** Time and ticks, over the picture when no text follows. */
  meta: ReactNode;
}) {
  const { t } = useTranslation();
  const local = useLocalFile(bubble.key);
  const box = boxOf(media.width, media.height);
  const [broken, setBroken] = useState(false);
  const state = local ? "stored" : broken ? "failed" : media.state;
  return (
    <span
      className="relative block max-w-full overflow-hidden rounded-md bg-[color-mix(in_oklch,var(--text)_8%,transparent)]"
      style={{ width: box.width, aspectRatio: `${box.width} / ${box.height}` }}
    >
      {state === "stored" ? (
        <button
          type="button"
          data-open={bubble.key}
          aria-label={t("media.open", { name: media.filename ?? t("inbox.kind.image") })}
          onClick={() => onOpen(bubble.key)}
          className="block size-full outline-offset-[-3px]"
        >
          <img
            src={local?.url ?? thumbnailUrl(media)}
            alt=""
            width={box.width}
            height={box.height}
            loading="lazy"
            decoding="async"
            draggable={false}
            onError={() => setBroken(true)}
            className="size-full object-cover"
          />
        </button>
      ) : (
        <Absent media={media} failed={state === "failed"} />
      )}
      {meta && (
        <span className="pointer-events-none absolute end-1.5 bottom-1.5 rounded-full bg-[oklch(0.2_0.02_265/0.72)] px-1.5 py-0.5 text-[oklch(0.98_0.003_85)] [--muted:oklch(0.95_0.003_85)] [--read:oklch(0.85_0.08_235)]">
          {meta}
        </span>
      )}
    </span>
  );
}

export function Sticker({ bubble, media }: { bubble: Bubble; media: Media }) {
  const { t } = useTranslation();
  const local = useLocalFile(bubble.key);
  const box = boxOf(media.width ?? 512, media.height ?? 512, STICKER);
  const [broken, setBroken] = useState(false);
  const failed = media.state === "failed" || broken;
  return (
    <span className="block" style={box}>
      {media.state === "stored" && !broken ? (
        <img
          src={local?.url ?? mediaUrl(media.id)}
          alt={t("inbox.kind.sticker")}
          {...box}
          loading="lazy"
          decoding="async"
          onError={() => setBroken(true)}
          className="size-full object-contain"
        />
      ) : (
        <Absent media={media} failed={failed} />
      )}
    </span>
  );
}

export function Film({ bubble, media }: { bubble: Bubble; media: Media }) {
  const { t } = useTranslation();
  const local = useLocalFile(bubble.key);
  const box = media.width && media.height ? boxOf(media.width, media.height) : FILM;
  const [broken, setBroken] = useState(false);
  const state = local ? "stored" : media.state;
  return (
    <span
      className="block max-w-full overflow-hidden rounded-md bg-[oklch(0.2_0.01_265)]"
      style={{ width: box.width, aspectRatio: `${box.width} / ${box.height}` }}
    >
      {state === "stored" && !broken ? (
        <video
          ref={quietWhenLeft}
          src={local?.url ?? mediaUrl(media.id)}
          controls
          playsInline
          preload="metadata"
          aria-label={media.filename ?? t("inbox.kind.video")}
          onError={() => setBroken(true)}
          {...(media.thumbnail ? { poster: thumbnailUrl(media) } : {})}
          className="size-full object-contain"
        />
      ) : (
        <Absent media={media} failed={state === "failed" || broken} dark />
      )}
    </span>
  );
}

/** A file that is not there: yet, or for good. */
function Absent({ media, failed, dark = false }: { media: Media; failed: boolean; dark?: boolean }) {
  const { t } = useTranslation();
  return (
    <span
      className={cx(
        "flex size-full flex-col items-center justify-center gap-1.5 p-3 text-center text-sm",
        dark ? "text-[oklch(0.9_0.003_85)]" : "text-muted",
      )}
    >
      {failed ? (
        <>
          <ImageOff aria-hidden="true" className="size-6" strokeWidth={1.6} />
          <span>{media.error ?? t("media.failed")}</span>
        </>
      ) : (
        <>
          <LoaderCircle aria-hidden="true" className="size-6 animate-spin" strokeWidth={1.6} />
          <span>{t("media.pending")}</span>
        </>
      )}
    </span>
  );
}
