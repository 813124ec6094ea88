/** A sound with its shape: play, seek, speed. One plays at a time. */
import { Mic, Pause, Play } from "lucide-react";
import { type RefObject, useEffect, useRef, useState } from "react";
import { storage } from "@/app/storage";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { cx } from "@/ui/cx";
import { quietWhenLeft } from "./quiet";
import { BARS, type Waveform, waveformOf } from "./waveform";

const SPEEDS = [1, 1.5, 2];
const SPEED = "recado.media.speed";
const FLAT = new Array<number>(BARS).fill(0);

let playing: HTMLAudioElement | null = null;

export function AudioPlayer({
  url,
  local = null,
  voice,
  durationMs,
  name,
  heard = false,
}: {
  url: string;
  /** The sound itself, if it was recorded here. */
  local?: Blob | null;
  voice: boolean;
  durationMs: number | null;
  /** What it is called to those who do not see it. */
  name: string;
  /** The customer has listened to it. */
  heard?: boolean;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const audio = useRef<HTMLAudioElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const wave = useWaveform(url, local, box);
  const [on, setOn] = useState(false);
  const [at, setAt] = useState(0);
  const [told, setTold] = useState(0);
  const [broken, setBroken] = useState(false);
  const [speed, setSpeed] = useState(() => Number(storage.get(SPEED)) || 1);
  const total = wave?.seconds || (durationMs ? durationMs / 1000 : 0) || told;

  useFrame(on, () => setAt(audio.current?.currentTime ?? 0));
  useEffect(() => quietWhenLeft(audio.current), []);

  const toggle = () => {
    const element = audio.current;
    if (!element) return;
    if (!element.paused) {
      element.pause();
      return;
    }
    if (playing && playing !== element) playing.pause();
    playing = element;
    element.playbackRate = speed;
    element.play().catch(() => setBroken(true));
  };
  const faster = () => {
    const next = SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length] ?? 1;
    setSpeed(next);
    storage.set(SPEED, String(next));
    if (audio.current) audio.current.playbackRate = next;
  };
  const seek = (seconds: number) => {
    if (audio.current) audio.current.currentTime = seconds;
    setAt(seconds);
  };

  const done = total ? Math.min(1, at / total) : 0;
  const Icon = on ? Pause : Play;
  return (
    <div ref={box} className="flex w-72 max-w-full items-center gap-2.5 py-1">
      {/* biome-ignore lint/a11y/useMediaCaption: what customers record comes without captions */}
      <audio
        ref={audio}
        src={url}
        preload="none"
        onPlay={() => setOn(true)}
        onPause={() => setOn(false)}
        onEnded={() => {
          setOn(false);
          setAt(0);
        }}
        onDurationChange={(event) => {
          const { duration } = event.currentTarget;
          if (Number.isFinite(duration)) setTold(duration);
        }}
        onError={() => setBroken(true)}
      />
      <button
        type="button"
        onClick={toggle}
        aria-label={t(on ? "media.pause" : "media.play", { name })}
        className="inline-flex size-9 shrink-0 items-center justify-center rounded-full bg-accent text-on-accent hover:bg-accent-strong pointer-coarse:size-11"
      >
        <Icon
          aria-hidden="true"
          className={cx("size-4.5 fill-current", !on && "translate-x-px")}
          strokeWidth={1.5}
        />
      </button>
      <div className="min-w-0 flex-1">
        <div className="relative h-7 rounded-sm has-focus-visible:outline-2 has-focus-visible:outline-accent">
          <Bars bars={wave?.bars ?? FLAT} done={done} />
          <input
            type="range"
            min={0}
            max={total || 1}
            step={0.1}
            value={Math.min(at, total || 1)}
            disabled={!total}
            aria-label={t("media.position", { name })}
            aria-valuetext={`${format.duration(at * 1000)} / ${format.duration(total * 1000)}`}
            onChange={(event) => seek(Number(event.target.value))}
            className="absolute inset-0 m-0 h-full w-full cursor-pointer opacity-0 pointer-coarse:-inset-y-2 pointer-coarse:h-11"
          />
        </div>
        <div className="flex h-4 items-center gap-1.5 text-muted text-xs tabular-nums">
          {voice && (
            <Mic
              aria-hidden="true"
              className={cx("size-3", heard ? "text-read" : "text-muted")}
              strokeWidth={2.2}
            />
          )}
          {broken ? (
            <span className="text-danger">{t("media.cannotPlay")}</span>
          ) : (
            <span>{total ? format.duration((on || at > 0 ? at : total) * 1000) : "–:––"}</span>
          )}
        </div>
      </div>
      <button
        type="button"
        onClick={faster}
        aria-label={t("media.speed", { speed: format.number(speed) })}
        className="group/speed mt-0.5 inline-flex shrink-0 items-center self-start rounded-full pointer-coarse:mt-0 pointer-coarse:h-11 pointer-coarse:self-center"
      >
        <span className="inline-flex h-6 w-10 items-center justify-center rounded-full bg-[color-mix(in_oklch,var(--text)_9%,transparent)] font-medium text-text text-xs tabular-nums group-hover/speed:text-accent">
          {format.number(speed)}×
        </span>
      </button>
    </div>
  );
}

function Bars({ bars, done }: { bars: number[]; done: number }) {
  return (
    <div aria-hidden="true" className="flex h-full items-center gap-px">
      {bars.map((loud, at) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: bars have no identity but their place
          key={at}
          className={cx("min-w-px flex-1 rounded-full", at / BARS < done ? "bg-accent" : "bg-edge/55")}
          style={{ height: `${Math.max(10, loud * 100)}%` }}
        />
      ))}
    </div>
  );
}

/** The shape, once the sound has come into view. */
function useWaveform(url: string, local: Blob | null, box: RefObject<HTMLElement | null>): Waveform | null {
  const [wave, setWave] = useState<Waveform | null>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let gone = false;
    const watch = new IntersectionObserver(
      (seen) => {
        if (!seen.some((entry) => entry.isIntersecting)) return;
        watch.disconnect();
        void waveformOf(url, local).then((next) => !gone && setWave(next));
      },
      { rootMargin: "200px" },
    );
    watch.observe(element);
    return () => {
      gone = true;
      watch.disconnect();
    };
  }, [url, local, box]);
  return wave;
}

function useFrame(on: boolean, draw: () => void): void {
  const latest = useRef(draw);
  latest.current = draw;
  useEffect(() => {
    if (!on) return;
    let frame = requestAnimationFrame(function next() {
      latest.current();
      frame = requestAnimationFrame(next);
    });
    return () => cancelAnimationFrame(frame);
  }, [on]);
}
