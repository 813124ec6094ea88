/**
 * Files chosen and not yet sent, in a tray per member and conversation: whoever signs in after somebody in the same tab
 * does not find theirs. They survive switching between conversations, not a reload.
 */
import { useSyncExternalStore } from "react";
import type { MediaKind } from "@/api/types";
import { type FileProblem, kindOf, LIMITS, problemOf } from "@/media/limits";

export type Attachment = {
  id: number;
  file: File;
  kind: MediaKind;
  caption: string;
  problem: FileProblem | null;
  /** To be looked at, of pictures and films. */
  url: string | null;
  width: number | null;
  height: number | null;
};

const NONE: readonly Attachment[] = [];
const kept = new Map<string, readonly Attachment[]>();
const listeners = new Set<() => void>();
let lastId = 0;

export function trayOf(member: string, conversation: string): string {
  return `${member}.${conversation}`;
}

export function useAttachments(tray: string): readonly Attachment[] {
  return useSyncExternalStore(subscribe, () => waiting(tray));
}

export function waiting(tray: string): readonly Attachment[] {
  return kept.get(tray) ?? NONE;
}

export function attach(tray: string, files: Iterable<File>, as?: MediaKind): void {
  const added = [...files].map((file) => ofFile(file, as));
  set(tray, [...waiting(tray), ...added]);
  for (const attachment of added) {
    if (attachment.kind !== "image" || !attachment.url) continue;
    void sizeOf(attachment.url).then((size) => size && change(tray, attachment.id, size));
  }
}

export function change(tray: string, id: number, to: Partial<Attachment>): void {
  const list = waiting(tray);
  set(
    tray,
    list.map((each) => (each.id === id ? { ...each, ...to } : each)),
  );
}

/** What is too large as a picture may be small enough as a document. */
export function asDocument(attachment: Attachment): Partial<Attachment> {
  return { kind: "document", problem: problemOf("document", attachment.file.size) };
}

export function fitsAsDocument({ kind, file }: Attachment): boolean {
  return kind !== "document" && file.size > 0 && file.size <= LIMITS.document;
}

export function detach(tray: string, ids: Iterable<number>): void {
  const gone = new Set(ids);
  const list = waiting(tray);
  for (const { id, url } of list) if (gone.has(id) && url) URL.revokeObjectURL(url);
  set(
    tray,
    list.filter(({ id }) => !gone.has(id)),
  );
}

function ofFile(file: File, as?: MediaKind): Attachment {
  const kind = as ?? kindOf(file.type);
  lastId += 1;
  return {
    id: lastId,
    file,
    kind,
    caption: "",
    problem: problemOf(kind, file.size),
    url: kind === "image" || kind === "video" ? URL.createObjectURL(file) : null,
    width: null,
    height: null,
  };
}

function sizeOf(url: string): Promise<{ width: number; height: number } | null> {
  return new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve({ width: image.naturalWidth, height: image.naturalHeight });
    image.onerror = () => resolve(null);
    image.src = url;
  });
}

function set(tray: string, list: readonly Attachment[]): void {
  if (list.length > 0) kept.set(tray, list);
  else kept.delete(tray);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
