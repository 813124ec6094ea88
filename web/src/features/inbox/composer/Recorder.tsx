/** In place of the text box while a voice message is recorded: meter, stop, listen, send. */
import { MicOff, SendHorizontal, Square, Trash2 } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { AudioPlayer } from "@/media/AudioPlayer";
import { Button, IconButton } from "@/ui/Button";
import { type Recorded, type Recording, RecordingError, startRecording } from "./recording";

const METER = 40;

export default function Recorder({
  onSend,
  onClose,
}: {
  onSend: (recorded: Recorded) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [recording, setRecording] = useState<Recording | null>(null);
  const [done, setDone] = useState<(Recorded & { url: string }) | null>(null);
  const [problem, setProblem] = useState<RecordingError | null>(null);
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt starts another recording
  useEffect(() => {
    let gone = false;
    let running: Recording | undefined;
    startRecording().then(
      (started) => {
        running = started;
        if (gone) started.cancel();
        else setRecording(started);
      },
      (error: unknown) => {
        if (gone) return;
        setProblem(error instanceof RecordingError ? error : new RecordingError("failed", String(error)));
      },
    );
    return () => {
      gone = true;
      running?.cancel();
      setRecording(null);
    };
  }, [attempt]);

  useEffect(() => () => URL.revokeObjectURL(done?.url ?? ""), [done]);

  const stop = useCallback(async () => {
    if (!recording) return;
    const recorded = await recording.stop();
    setRecording(null);
    setDone({ ...recorded, url: URL.createObjectURL(recorded.blob) });
  }, [recording]);

  const send = async () => {
    const recorded = done ?? (recording ? await recording.stop() : null);
    if (recorded) onSend({ blob: recorded.blob, durationMs: recorded.durationMs });
  };

  if (problem) {
    return (
      <div role="alert" className="flex flex-wrap items-center gap-3 p-2.5">
        <MicOff aria-hidden="true" className="size-5 shrink-0 text-danger" />
        <p className="min-w-52 flex-1 text-base">
          {problem.problem === "failed"
            ? t("inbox.recorder.failed", { reason: problem.message })
            : t(`inbox.recorder.${problem.problem}`)}
        </p>
        {problem.problem !== "insecure" && (
          <Button
            size="sm"
            onClick={() => {
              setProblem(null);
              setAttempt(attempt + 1);
            }}
          >
            {t("common.retry")}
          </Button>
        )}
        <Button size="sm" variant="quiet" onClick={onClose} autoFocus>
          {t("common.close")}
        </Button>
      </div>
    );
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: buttons that belong together, no form
    <div
      role="group"
      aria-label={t("inbox.recorder.label")}
      className="flex min-h-12 items-center gap-2 p-1.5"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <IconButton label={t("inbox.recorder.discard")} onClick={onClose} autoFocus>
        <Trash2 aria-hidden="true" className="size-4.5" />
      </IconButton>
      <div className="flex min-w-0 flex-1 items-center justify-center">
        {done ? (
          <AudioPlayer
            url={done.url}
            local={done.blob}
            voice
            durationMs={done.durationMs}
            name={t("inbox.recorder.label")}
          />
        ) : recording ? (
          <Meter recording={recording} />
        ) : (
          <p className="text-muted text-sm">{t("inbox.recorder.starting")}</p>
        )}
      </div>
      {recording && (
        <IconButton label={t("inbox.recorder.stop")} onClick={() => void stop()}>
          <Square aria-hidden="true" className="size-4 fill-current" />
        </IconButton>
      )}
      <IconButton
        variant="primary"
        label={t("inbox.recorder.send")}
        disabled={!recording && !done}
        onClick={() => void send()}
      >
        <SendHorizontal aria-hidden="true" className="size-4.5 rtl:-scale-x-100" />
      </IconButton>
    </div>
  );
}

/** How loud it was in the last seconds, newest at the end. */
function Meter({ recording }: { recording: Recording }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [levels, setLevels] = useState<number[]>(() => new Array(METER).fill(0));
  const [ms, setMs] = useState(0);
  const latest = useRef(recording);
  latest.current = recording;
  useEffect(() => {
    const timer = setInterval(() => {
      setLevels((before) => [...before.slice(1), latest.current.level()]);
      setMs(performance.now() - latest.current.startedAt);
    }, 80);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className="flex w-full max-w-96 items-center gap-3">
      <span className="flex items-center gap-1.5 text-danger text-sm">
        <span aria-hidden="true" className="size-2 animate-pulse rounded-full bg-danger" />
        <span role="status" className="sr-only">
          {t("inbox.recorder.recording")}
        </span>
        <span role="timer" className="text-text tabular-nums">
          {format.duration(Math.floor(ms / 1000) * 1000)}
        </span>
      </span>
      <span aria-hidden="true" className="flex h-8 min-w-0 flex-1 items-center gap-px">
        {levels.map((level, at) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: bars have no identity but their place
            key={at}
            className="min-w-px flex-1 rounded-full bg-accent"
            style={{ height: `${Math.max(8, level * 100)}%` }}
          />
        ))}
      </span>
    </div>
  );
}
