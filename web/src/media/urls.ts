/** Where the bytes of a file are. */
import type { Media } from "@/api/types";

export function mediaUrl(id: string): string {
  return `/api/v1/media/${encodeURIComponent(id)}`;
}

/** A small picture of it; the picture itself when there is none. */
export function thumbnailUrl(media: Media): string {
  return media.thumbnail ? `${mediaUrl(media.id)}/thumbnail` : mediaUrl(media.id);
}
