/** The shape of a sound, computed in the browser from what is heard, and kept for as long as the tab lives. */
export const BARS = 48;
/** Longer ones are not decoded for the sake of a picture. */
const MOST_BYTES = 6_000_000;
const MOST_KEPT = 300;
const AT_ONCE = 2;
const RATE = 8_000;

export type Waveform = {
  /** 0 to 1 each. */
  bars: number[];
  seconds: number;
};

/** How loud each of `count` equal parts is, the loudest being 1. Silence is all zeros. */
export function barsOf(samples: Float32Array, count = BARS): number[] {
  const loud = new Array<number>(count).fill(0);
  for (let bar = 0; bar < count; bar++) {
    const from = Math.floor((bar * samples.length) / count);
    const to = Math.max(from + 1, Math.floor(((bar + 1) * samples.length) / count));
    let sum = 0;
    let seen = 0;
    // Every eighth sample tells as much, in an eighth of the time.
    for (let at = from; at < to && at < samples.length; at += 8) {
      sum += (samples[at] ?? 0) ** 2;
      seen += 1;
    }
    loud[bar] = seen ? Math.sqrt(sum / seen) : 0;
  }
  const most = Math.max(...loud);
  return most > 0.001 ? loud.map((value) => Math.round((value / most) * 100) / 100) : loud.fill(0);
}

const kept = new Map<string, Promise<Waveform | null>>();
const waiting: (() => void)[] = [];
let running = 0;

/**
 * Null when it cannot be read: then the sound is drawn as a plain line. What was recorded here is read from memory: the
 * content security policy lets nothing fetch a `blob:` address.
 */
export function waveformOf(url: string, local?: Blob | null): Promise<Waveform | null> {
  const known = kept.get(url);
  if (known) return known;
  const made = inTurn(async () => decode(local ? await local.arrayBuffer() : await read(url))).catch(
    () => null,
  );
  kept.set(url, made);
  // What could not be read now may be readable later.
  void made.then((wave) => !wave && kept.delete(url));
  const oldest = kept.keys().next().value;
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
  return made;
}

async function read(url: string): Promise<ArrayBuffer | null> {
  const answer = await fetch(url);
  if (!answer.ok || Number(answer.headers.get("Content-Length") ?? 0) > MOST_BYTES) return null;
  return answer.arrayBuffer();
}

async function decode(bytes: ArrayBuffer | null): Promise<Waveform | null> {
  if (!bytes || bytes.byteLength > MOST_BYTES) return null;
  const sound = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(bytes);
  return { bars: barsOf(sound.getChannelData(0)), seconds: sound.duration };
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((go) => waiting.push(go));
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}
