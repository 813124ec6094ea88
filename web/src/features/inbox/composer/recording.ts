/** Recording a voice message with what the browser has. */

/** The first of these that the browser can write; Opus is what WhatsApp shows as a voice message. */
const TYPES = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4;codecs=mp4a.40.2", "audio/mp4"];
const BITS_PER_SECOND = 24_000;

export type RecordingProblem = "denied" | "missing" | "insecure" | "failed";

export class RecordingError extends Error {
  constructor(
    readonly problem: RecordingProblem,
    message = "",
  ) {
    super(message);
  }
}

export function typeToRecord(supported: (type: string) => boolean): string | undefined {
  return TYPES.find(supported);
}

export function extensionOf(mimeType: string): string {
  if (mimeType.startsWith("audio/ogg")) return "ogg";
  return mimeType.startsWith("audio/webm") ? "webm" : "m4a";
}

export type Recorded = { blob: Blob; durationMs: number };

export type Recording = {
  startedAt: number;
  /** 0 to 1: how loud it is now. */
  level: () => number;
  stop: () => Promise<Recorded>;
  cancel: () => void;
};

export async function startRecording(): Promise<Recording> {
  if (!navigator.mediaDevices?.getUserMedia || typeof MediaRecorder === "undefined") {
    throw new RecordingError("insecure");
  }
  const stream = await navigator.mediaDevices
    .getUserMedia({ audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true } })
    .catch((error: unknown) => {
      const name = error instanceof DOMException ? error.name : "";
      if (name === "NotAllowedError" || name === "SecurityError") throw new RecordingError("denied");
      if (name === "NotFoundError" || name === "OverconstrainedError") throw new RecordingError("missing");
      throw new RecordingError("failed", String(error));
    });
  const type = typeToRecord((each) => MediaRecorder.isTypeSupported(each));
  const recorder = new MediaRecorder(stream, {
    ...(type ? { mimeType: type } : {}),
    audioBitsPerSecond: BITS_PER_SECOND,
  });
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const parts: Blob[] = [];
  recorder.ondataavailable = (event) => {
    if (event.data.size > 0) parts.push(event.data);
  };
  recorder.start(1_000);
  const startedAt = performance.now();

  const release = () => {
    for (const track of stream.getTracks()) track.stop();
    void context.close().catch(() => {});
  };
  return {
    startedAt,
    level() {
      analyser.getFloatTimeDomainData(samples);
      let sum = 0;
      for (const sample of samples) sum += sample ** 2;
      return Math.min(1, Math.sqrt(sum / samples.length) * 4);
    },
    stop() {
      const durationMs = performance.now() - startedAt;
      return new Promise((resolve) => {
        recorder.onstop = () => {
          release();
          resolve({ blob: new Blob(parts, { type: recorder.mimeType || type || "audio/webm" }), durationMs });
        };
        recorder.stop();
      });
    },
    cancel() {
      recorder.onstop = null;
      if (recorder.state !== "inactive") recorder.stop();
      release();
    },
  };
}
