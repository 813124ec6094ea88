/** Files named by a public address. Pure. */
import type { MediaKind } from "@/api/types";

/** What an address may lead to, as it can be sent. */
export const LINKED: readonly MediaKind[] = ["image", "video", "audio", "document"];

const ENDINGS: Record<string, MediaKind> = {
  jpg: "image",
  jpeg: "image",
  png: "image",
  mp4: "video",
  "3gp": "video",
  aac: "audio",
  amr: "audio",
  mp3: "audio",
  m4a: "audio",
  ogg: "audio",
  opus: "audio",
};

/** The address as it will be asked for; nothing if it is none that begins with https://. */
export function readLink(text: string): URL | undefined {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  return url?.protocol === "https:" && url.hostname.includes(".") ? url : undefined;
}

/** What a file is called, by where it is. */
export function nameOf(url: URL): string {
  const last = url.pathname.split("/").filter(Boolean).at(-1) ?? url.hostname;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** What it is taken for, by how its name ends. */
export function kindOfLink(url: URL): MediaKind {
  const ending = /\.(\w+)$/.exec(nameOf(url))?.[1]?.toLowerCase();
  return ENDINGS[ending ?? ""] ?? "document";
}
