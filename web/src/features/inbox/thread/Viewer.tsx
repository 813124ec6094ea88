/** Pictures and films of a thread, large: one after the other, pictures in actual size, to keep. */
import { Dialog } from "@base-ui/react/dialog";
import { ChevronLeft, ChevronRight, Download, X, ZoomIn, ZoomOut } from "lucide-react";
import { type CSSProperties, useCallback, useRef, useState } from "react";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { quietWhenLeft } from "@/media/quiet";
import { mediaUrl, thumbnailUrl } from "@/media/urls";
import { cx } from "@/ui/cx";
import { useLocalFile } from "../outbox";
import type { Bubble } from "./layout";

const SWIPE_PX = 60;
/** Pixels taken by what stands above and below the picture. */
const AROUND = 150;
const BUTTON =
  "inline-flex size-10 shrink-0 items-center justify-center rounded-full text-[oklch(0.95_0.003_85)] hover:bg-[oklch(1_0_0/0.14)] disabled:opacity-30 pointer-coarse:size-11 focus-visible:outline-[oklch(0.95_0.003_85)]";

export default function Viewer({
  bubbles,
  start,
  onClose,
}: {
  bubbles: readonly Bubble[];
  /** The picture or film to begin with. */
  start: string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const pictures = bubbles.filter(
    ({ media, deleted }) =>
      (media?.kind === "image" || media?.kind === "video") && media.state === "stored" && !deleted,
  );
  const [key, setKey] = useState(start);
  /** Where it was opened: the same picture may stand in the thread, beside it and in a box over both. */
  const [from] = useState(() => document.activeElement?.closest("ul, [role=log]") ?? document);
  const [large, setLarge] = useState(false);
  /** Whether the picture has more to it than fits. */
  const [larger, setLarger] = useState(false);
  const [broken, setBroken] = useState(false);
  const swipe = useRef<number | null>(null);
  const at = Math.max(
    0,
    pictures.findIndex((bubble) => bubble.key === key),
  );
  const shown = pictures[at];
  const local = useLocalFile(shown?.key ?? "");
  const full = shown?.media?.width ?? null;
  const measure = useCallback(
    (picture: HTMLImageElement) => {
      const watch = new ResizeObserver(() =>
        // By a pixel it may differ that nobody sees.
        setLarger((full ?? picture.naturalWidth) > picture.clientWidth + 1),
      );
      watch.observe(picture);
      return () => watch.disconnect();
    },
    [full],
  );
  if (!shown?.media) return null;
  const media = shown.media;
  const url = local?.url ?? mediaUrl(media.id);
  const { width, height } = media;
  const film = media.kind === "video";
  const name = media.filename ?? t(film ? "inbox.kind.video" : "inbox.kind.image");
  const go = (by: 1 | -1) => {
    const next = pictures[at + by];
    if (!next) return;
    setKey(next.key);
    setLarge(false);
    setLarger(false);
    setBroken(false);
  };

  return (
    <Dialog.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Dialog.Portal>
        <Dialog.Popup
          aria-label={t("media.viewer")}
          finalFocus={() => from.querySelector<HTMLElement>(`[data-open="${CSS.escape(key)}"]`) ?? true}
          onKeyDown={(event) => {
            // In a film the arrows lead to another moment of it.
            if (event.target instanceof HTMLVideoElement) return;
            const rtl = document.documentElement.dir === "rtl";
            if (event.key === "ArrowRight") go(rtl ? -1 : 1);
            else if (event.key === "ArrowLeft") go(rtl ? 1 : -1);
            else if (event.key === "+" || event.key === "-") setLarge(larger && event.key === "+");
          }}
          className="fixed inset-0 z-50 flex animate-appear flex-col bg-[oklch(0.16_0.012_265)] text-[oklch(0.95_0.003_85)] outline-none"
        >
          <header className="flex items-center gap-1 px-2 py-2 md:px-4">
            <div className="min-w-0 flex-1">
              <p dir="auto" className="truncate font-medium text-base text-ui-start">
                {name}
              </p>
              <p className="text-[oklch(0.8_0.005_85)] text-xs tabular-nums" aria-live="polite">
                {t("media.counter", { at: format.number(at + 1), of: format.number(pictures.length) })}
                {" · "}
                {format.full(shown.at)}
              </p>
            </div>
            {larger && (
              <button
                type="button"
                className={BUTTON}
                aria-pressed={large}
                aria-label={t(large ? "media.fit" : "media.actualSize")}
                onClick={() => setLarge(!large)}
              >
                {large ? (
                  <ZoomOut aria-hidden="true" className="size-5" />
                ) : (
                  <ZoomIn aria-hidden="true" className="size-5" />
                )}
              </button>
            )}
            <a className={BUTTON} href={url} download={media.filename ?? ""} aria-label={t("media.download")}>
              <Download aria-hidden="true" className="size-5" />
            </a>
            <Dialog.Close className={BUTTON} aria-label={t("common.close")}>
              <X aria-hidden="true" className="size-5" />
            </Dialog.Close>
          </header>
          <div
            className="relative min-h-0 flex-1"
            onTouchStart={(event) => {
              // In a film a finger may be on its way to another moment.
              const swipes =
                !large && event.touches.length === 1 && !(event.target instanceof HTMLVideoElement);
              swipe.current = swipes ? (event.touches[0]?.clientX ?? null) : null;
            }}
            onTouchEnd={(event) => {
              const end = event.changedTouches[0]?.clientX;
              if (swipe.current === null || end === undefined) return;
              const by = end - swipe.current;
              const rtl = document.documentElement.dir === "rtl";
              if (Math.abs(by) > SWIPE_PX) go(by < 0 !== rtl ? 1 : -1);
            }}
          >
            <div
              className={cx(
                "thin-scroll flex size-full overflow-auto",
                !large && "items-center justify-center p-2 md:px-16",
              )}
            >
              {broken ? (
                <p role="alert">{t("media.cannotPlay")}</p>
              ) : film ? (
                // biome-ignore lint/a11y/useMediaCaption: what customers record comes without captions
                <video
                  key={key}
                  ref={quietWhenLeft}
                  src={url}
                  controls
                  playsInline
                  // Whoever opened it wants to see it; whoever pages past it may not.
                  autoPlay={shown.key === start}
                  preload="metadata"
                  aria-label={name}
                  onError={() => setBroken(true)}
                  style={fitted(width, height)}
                  className="max-h-full max-w-full"
                />
              ) : (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the button above and the keys + and - do the same
                <img
                  key={key}
                  ref={large ? undefined : measure}
                  src={url}
                  alt={shown.text ?? name}
                  onClick={() => setLarge(larger && !large)}
                  style={{
                    // The small one is there already: it stands in until the large one has come.
                    ...(local
                      ? {}
                      : { backgroundImage: `url("${thumbnailUrl(media)}")`, backgroundSize: "100% 100%" }),
                    ...fitted(width, height),
                    ...(large && width ? { width } : {}),
                  }}
                  className={cx(
                    "h-auto",
                    large
                      ? "m-auto max-w-none shrink-0 cursor-zoom-out"
                      : "max-h-full max-w-full object-contain",
                    larger && !large && "cursor-zoom-in",
                  )}
                />
              )}
            </div>
            {pictures.length > 1 && (
              <>
                <button
                  type="button"
                  className={cx(
                    BUTTON,
                    "absolute start-2 top-1/2 -translate-y-1/2 bg-[oklch(0.2_0.01_265/0.6)]",
                  )}
                  aria-label={t("media.previous")}
                  disabled={at === 0}
                  onClick={() => go(-1)}
                >
                  <ChevronLeft aria-hidden="true" className="size-6 rtl:-scale-x-100" />
                </button>
                <button
                  type="button"
                  className={cx(
                    BUTTON,
                    "absolute end-2 top-1/2 -translate-y-1/2 bg-[oklch(0.2_0.01_265/0.6)]",
                  )}
                  aria-label={t("media.next")}
                  disabled={at === pictures.length - 1}
                  onClick={() => go(1)}
                >
                  <ChevronRight aria-hidden="true" className="size-6 rtl:-scale-x-100" />
                </button>
              </>
            )}
          </div>
          {shown.text && (
            <p
              dir="auto"
              className="mx-auto max-h-24 max-w-2xl overflow-auto px-4 py-3 text-center text-base"
            >
              {shown.text}
            </p>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** The room it takes before a byte of it is there: no more than it has, and no more than there is. */
function fitted(width: number | null, height: number | null): CSSProperties {
  if (!width || !height) return {};
  return {
    aspectRatio: `${width} / ${height}`,
    width: `min(100%, ${width}px, calc((100dvh - ${AROUND}px) * ${width / height}))`,
  };
}
