/** What WhatsApp takes as what, and how large it may be. The server has the last word. */
import type { MediaKind } from "@/api/types";

const MB = 1024 * 1024;

export const LIMITS: Record<MediaKind, number> = {
  image: 5 * MB,
  video: 16 * MB,
  audio: 16 * MB,
  document: 100 * MB,
  sticker: 500 * 1024,
};

export const CAPTION_LIMIT = 1024;

/** Every other picture, film or sound goes as a document. */
const TYPES: Record<string, MediaKind> = {
  "image/jpeg": "image",
  "image/png": "image",
  "video/mp4": "video",
  "video/3gpp": "video",
  "audio/aac": "audio",
  "audio/amr": "audio",
  "audio/mpeg": "audio",
  "audio/mp4": "audio",
  "audio/x-m4a": "audio",
  "audio/ogg": "audio",
};

export const PICTURES = "image/jpeg,image/png,video/mp4,video/3gpp";

export function kindOf(mimeType: string): MediaKind {
  return TYPES[essence(mimeType)] ?? "document";
}

/** The type without its parameters: `audio/ogg; codecs=opus` is `audio/ogg`. */
export function essence(mimeType: string): string {
  return (mimeType.split(";")[0] ?? "").trim().toLowerCase();
}

export type FileProblem = "empty" | "too_large";

export function problemOf(kind: MediaKind, size: number): FileProblem | null {
  if (size === 0) return "empty";
  return size > LIMITS[kind] ? "too_large" : null;
}

export function takesCaption(kind: MediaKind): boolean {
  return kind === "image" || kind === "video" || kind === "document";
}
