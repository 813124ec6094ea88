/** Tells the customer that somebody is writing; not more often than WhatsApp forgets it. */
import { api } from "@/api/client";

const AGAIN_MS = 20_000;
const told = new Map<string, number>();

export function tellTyping(conversation: string, now = Date.now()): void {
  const last = told.get(conversation);
  if (last !== undefined && now - last < AGAIN_MS) return;
  told.set(conversation, now);
  // Nothing hangs on it: whoever is offline writes on.
  api.POST("/api/v1/conversations/{id}/typing", { params: { path: { id: conversation } } }).catch(() => {});
}
