/** The outbox for components, and its way to the API. */
import { createContext, type ReactNode, useContext, useSyncExternalStore } from "react";
import { api, snapshot } from "@/api/client";
import { ApiError } from "@/api/errors";
import type { Message, SendMessage } from "@/api/types";
import { takesCaption } from "@/media/limits";
import { upload } from "@/media/upload";
import { dropFile, type LocalFile, localFile, onFiles, readFile, releaseFile } from "./files";
import type { Outbox, OutboxContent, OutboxEntry } from "./outbox";
import { setProgress } from "./progress";

export { keepFile } from "./files";
export { Outbox, type OutboxContent, type OutboxEntry, type OutboxState } from "./outbox";
export { useProgress } from "./progress";

/** The browser lost the file of a message that waited: only a human can go on. */
export const FILE_LOST = "file_lost";

const Context = createContext<Outbox | null>(null);

export function OutboxProvider({ outbox, children }: { outbox: Outbox; children: ReactNode }) {
  return <Context value={outbox}>{children}</Context>;
}

export function useOutbox(): Outbox {
  const outbox = useContext(Context);
  if (!outbox) throw new Error("useOutbox outside of a signed-in page");
  return outbox;
}

/** What is on its way in one conversation, oldest first. */
export function useOutboxOf(conversation: string): readonly OutboxEntry[] {
  const outbox = useOutbox();
  return useSyncExternalStore(outbox.subscribe, () => outbox.of(conversation));
}

/** The file of a message that was written here, as long as this page knows it. */
export function useLocalFile(key: string): LocalFile | undefined {
  return useSyncExternalStore(onFiles, () => localFile(key));
}

export async function sendEntry(
  entry: OutboxEntry,
  keep: (content: OutboxContent) => void,
): Promise<Message> {
  const asked = await bodyOf(entry, keep);
  const { body } = await snapshot(
    api.POST("/api/v1/conversations/{id}/messages", {
      params: { path: { id: entry.conversation }, header: { "Idempotency-Key": entry.key } },
      body: { ...asked, ...(entry.replyTo ? { reply_to_message_id: entry.replyTo } : {}) },
    }),
  );
  return body.data;
}

export function entryGone(key: string, accepted: boolean): void {
  setProgress(key, null);
  if (accepted) releaseFile(key);
  else dropFile(key);
}

async function bodyOf(entry: OutboxEntry, keep: (content: OutboxContent) => void): Promise<SendMessage> {
  const { content, text } = entry;
  switch (content?.type) {
    case "file": {
      const { kind } = content;
      return {
        type: kind,
        media_id: content.mediaId ?? (await sendFile(entry, content, keep)),
        ...(text && takesCaption(kind) ? { text } : {}),
        ...(kind === "document" ? { filename: content.filename } : {}),
        ...(content.voice ? { voice: true } : {}),
      };
    }
    case "link": {
      const { kind } = content;
      return {
        type: kind,
        media_url: content.url,
        ...(text && takesCaption(kind) ? { text } : {}),
        ...(kind === "document" ? { filename: content.filename } : {}),
      };
    }
    case "location":
      return { type: "location", location: content.location };
    case "template": {
      const { name, language, values } = content.template;
      return { type: "template", template: { name, language, values } };
    }
    default:
      return { type: "text", text };
  }
}

async function sendFile(
  { key }: OutboxEntry,
  content: Extract<OutboxContent, { type: "file" }>,
  keep: (content: OutboxContent) => void,
): Promise<string> {
  const file = await readFile(key);
  if (!file) throw new ApiError(410, FILE_LOST, "", undefined, undefined, undefined);
  setProgress(key, 0);
  try {
    const media = await upload(file, {
      filename: content.filename,
      kind: content.kind,
      voice: content.voice,
      durationMs: content.durationMs,
      onProgress: (done) => setProgress(key, done),
    });
    keep({ ...content, mediaId: media.id });
    return media.id;
  } finally {
    setProgress(key, null);
  }
}
