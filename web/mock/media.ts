/** The files of a mock account: those that were uploaded, and some that are drawn when they are first asked for. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";
import type { Media, MediaKind } from "../src/api/types.ts";
import { type Answer, failure, ok, type Request } from "./http.ts";

type Stored = { media: Media; type: string; bytes: () => Uint8Array; small?: () => Uint8Array };

const MB = 1024 * 1024;
const LIMITS: Record<MediaKind, number> = {
  image: 5 * MB,
  video: 16 * MB,
  audio: 16 * MB,
  document: 100 * MB,
  sticker: 500 * 1024,
};

export class Files {
  private readonly all = new Map<string, Stored>();

  get(id: string): Media | undefined {
    return this.all.get(id)?.media;
  }

  picture(change: Partial<Media>, look: Look): Media {
    const [width, height] = [change.width ?? 900, change.height ?? 1200];
    const media = blank({
      kind: "image",
      mime_type: "image/jpeg",
      thumbnail: true,
      ...change,
      width,
      height,
    });
    const of = (scale: number) =>
      once(() => png(Math.round(width * scale), Math.round(height * scale), look));
    return this.keep({ media, type: "image/png", bytes: of(1), small: of(0.25) });
  }

  sound(change: Partial<Media>, seconds: number): Media {
    const media = blank({ kind: "audio", mime_type: "audio/ogg", size: seconds * 4_000, ...change });
    return this.keep({ media, type: "audio/wav", bytes: once(() => wav(seconds)) });
  }

  film(change: Partial<Media>): Media {
    const media = blank({ kind: "video", mime_type: "video/mp4", size: 2_412_000, ...change });
    return this.keep({ media, type: "video/webm", bytes: once(() => readFileSync("mock/files/clip.webm")) });
  }

  paper(change: Partial<Media>): Media {
    const media = blank({ kind: "document", mime_type: "application/pdf", ...change });
    return this.keep({ media, type: media.mime_type, bytes: () => Buffer.from("%PDF-1.4\n%%EOF\n") });
  }

  upload(file: File, bytes: Uint8Array, fields: FormData): Media {
    const type = file.type.split(";")[0] ?? "";
    const media = blank({
      kind: kindOf(type),
      mime_type: type || "application/octet-stream",
      filename: file.name,
      size: bytes.length,
      voice: fields.get("voice") === "true",
      duration_ms: Number(fields.get("duration_ms")) || null,
      ...(type === "image/png" ? pngSize(bytes) : {}),
    });
    return this.keep({ media, type, bytes: () => bytes });
  }

  stored(id: string): Stored | undefined {
    return this.all.get(id);
  }

  private keep(stored: Stored): Media {
    this.all.set(stored.media.id, stored);
    return stored.media;
  }
}

/** Answers what is about files; nothing when it is not. */
export async function mediaRoute(files: Files, request: Request, raw: Uint8Array): Promise<Answer | null> {
  const { method, path, headers } = request;
  if (!path.startsWith("/media")) return null;
  if (method === "POST") {
    const form = await new Response(Buffer.from(raw), {
      headers: { "Content-Type": headers["content-type"] ?? "" },
    }).formData();
    const file = form.get("file");
    if (!(file instanceof File)) return failure(400, "bad_request", "A file is missing.", "file");
    const kind = (form.get("kind") as MediaKind | null) ?? kindOf(file.type.split(";")[0] ?? "");
    const limit = LIMITS[kind];
    if (file.size > limit) return failure(413, "too_large", `At most ${limit / MB} MB.`);
    if (file.name.includes("refused"))
      return failure(415, "unsupported_media", "WhatsApp does not take this.");
    return ok(files.upload(file, new Uint8Array(await file.arrayBuffer()), form), 201);
  }
  const [, , id = "", part] = path.split("/");
  const stored = files.stored(id);
  if (stored?.media.state !== "stored") return failure(404, "not_found", "There is no such file.");
  const bytes = part === "thumbnail" ? (stored.small ?? stored.bytes)() : stored.bytes();
  const range = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? "");
  const type = {
    "Content-Type": stored.type,
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, max-age=3600",
  };
  if (!range) return { status: 200, bytes, headers: type };
  const from = Number(range[1]);
  const to = Math.min(range[2] ? Number(range[2]) : bytes.length - 1, bytes.length - 1);
  return {
    status: 206,
    bytes: bytes.subarray(from, to + 1),
    headers: { ...type, "Content-Range": `bytes ${from}-${to}/${bytes.length}` },
  };
}

function blank(change: Partial<Media>): Media {
  return {
    id: randomUUID(),
    kind: "document",
    state: "stored",
    mime_type: "application/octet-stream",
    filename: null,
    size: null,
    voice: false,
    animated: false,
    width: null,
    height: null,
    duration_ms: null,
    thumbnail: false,
    error: null,
    ...change,
  };
}

function kindOf(type: string): MediaKind {
  if (type === "image/jpeg" || type === "image/png") return "image";
  if (type === "image/webp") return "sticker";
  if (type === "video/mp4" || type === "video/3gpp") return "video";
  if (/^audio\/(aac|amr|mpeg|mp4|ogg|webm)$/.test(type)) return "audio";
  return "document";
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

export type Look = "bag" | "shelf" | "receipt" | "sticker";
type Colour = [red: number, green: number, blue: number, alpha?: number];

/** What stands at a place of a picture; both 0 to 1. */
const LOOKS: Record<Look, (x: number, y: number) => Colour> = {
  bag(x, y) {
    const inside = x > 0.24 && x < 0.76 && y > 0.16 && y < 0.9;
    if (!inside) return [206 - y * 40, 214 - y * 46, 208 - y * 30];
    if (y < 0.24) return [86, 58, 40];
    if ((x - 0.5) ** 2 + ((y - 0.55) * 1.33) ** 2 < 0.022) return [244, 234, 217];
    return [128 - x * 30, 84 - x * 18, 56 - x * 10];
  },
  shelf(x, y) {
    const row = Math.floor(y * 4);
    if (y * 4 - row > 0.88) return [94, 72, 54];
    const tin = Math.floor(x * 7 + row * 0.5);
    const within = x * 7 + row * 0.5 - tin;
    if (within < 0.12 || y * 4 - row < 0.22) return [231, 224, 212];
    return (
      [
        [168, 92, 61],
        [92, 117, 110],
        [201, 154, 91],
        [70, 84, 120],
      ] as Colour[]
    )[(tin + row) % 4] as Colour;
  },
  receipt(x, y) {
    if (x < 0.1 || x > 0.9 || y < 0.05 || y > 0.95) return [98, 92, 88];
    const line = Math.floor(y * 34);
    const ink = line % 2 === 1 && line > 4 && x > 0.16 && (x < 0.3 + ((line * 37) % 23) / 60 || x > 0.76);
    if (ink && x < 0.84) return [70, 70, 78];
    return [250, 249, 245];
  },
  sticker(x, y) {
    const far = Math.hypot(x - 0.5, y - 0.5);
    if (far > 0.47) return [0, 0, 0, 0];
    if (far > 0.43) return [255, 255, 255];
    if (Math.hypot(x - 0.36, y - 0.42) < 0.05 || Math.hypot(x - 0.64, y - 0.42) < 0.05) return [60, 40, 28];
    if (far > 0.2 && far < 0.25 && y > 0.58) return [60, 40, 28];
    return [236, 178, 84];
  },
};

function png(width: number, height: number, look: Look): Uint8Array {
  const raw = Buffer.alloc((width * 4 + 1) * height);
  const draw = LOOKS[look];
  let at = 0;
  for (let y = 0; y < height; y++) {
    raw[at++] = 0;
    for (let x = 0; x < width; x++) {
      const [red, green, blue, alpha = 255] = draw(x / width, y / height);
      raw[at++] = red;
      raw[at++] = green;
      raw[at++] = blue;
      raw[at++] = alpha;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(raw, { level: 1 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name), data]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(data.length, 0);
  around.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)]);
}

function pngSize(bytes: Uint8Array): Pick<Media, "width" | "height"> {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return bytes.length > 24
    ? { width: view.getUint32(16), height: view.getUint32(20) }
    : { width: null, height: null };
}

/** Something like speech: syllables of changing loudness, with pauses. */
function wav(seconds: number): Uint8Array {
  const rate = 8_000;
  const samples = rate * seconds;
  const out = Buffer.alloc(44 + samples * 2);
  out.write("RIFF", 0);
  out.writeUInt32LE(36 + samples * 2, 4);
  out.write("WAVEfmt ", 8);
  out.writeUInt32LE(16, 16);
  out.writeUInt16LE(1, 20);
  out.writeUInt16LE(1, 22);
  out.writeUInt32LE(rate, 24);
  out.writeUInt32LE(rate * 2, 28);
  out.writeUInt16LE(2, 32);
  out.writeUInt16LE(16, 34);
  out.write("data", 36);
  out.writeUInt32LE(samples * 2, 40);
  for (let at = 0; at < samples; at++) {
    const time = at / rate;
    const phrase = Math.sin(time * 0.9) > -0.6 ? 1 : 0.04;
    const syllable = Math.abs(Math.sin(time * 5.3)) * (0.45 + 0.55 * Math.abs(Math.sin(time * 1.7)));
    const voice = Math.sin(time * 2 * Math.PI * 170) * 0.6 + Math.sin(time * 2 * Math.PI * 510) * 0.3;
    out.writeInt16LE(Math.round(voice * syllable * phrase * 15_000), 44 + at * 2);
  }
  return out;
}
