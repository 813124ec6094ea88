/** What is written and not yet sent, per conversation, on this device. Survives switching, reload and crash. */
import { useCallback, useSyncExternalStore } from "react";
import { useMe } from "@/app/me";
import { storage } from "@/app/storage";

export type Draft = {
  text: string;
  replyTo: string | null;
  /** When the last message was that there was as it was begun: what came later its writer may not have seen. */
  after?: string;
};

export const NO_DRAFT: Draft = { text: "", replyTo: null };

const listeners = new Set<() => void>();
const known = new Map<string, Draft>();
const PREFIX = "recado.draft.";

// What is written or sent in another tab is so in this one: nobody sends what has left already.
if (typeof addEventListener === "function") {
  addEventListener("storage", ({ key }) => {
    if (key !== null && !key.startsWith(PREFIX)) return;
    if (key === null) known.clear();
    else known.delete(key);
    for (const listener of listeners) listener();
  });
}

export function readDraft(member: string, conversation: string): Draft {
  const key = keyOf(member, conversation);
  const cached = known.get(key);
  if (cached) return cached;
  const draft = parse(storage.get(key));
  known.set(key, draft);
  return draft;
}

export function writeDraft(member: string, conversation: string, draft: Draft): void {
  const key = keyOf(member, conversation);
  const empty = draft.text === "" && !draft.replyTo;
  known.set(key, empty ? NO_DRAFT : draft);
  storage.set(key, empty ? null : JSON.stringify(draft));
  for (const listener of listeners) listener();
}

export function useDraft(conversation: string): [Draft, (draft: Draft) => void] {
  const member = useMe().member.id;
  const draft = useSyncExternalStore(subscribe, () => readDraft(member, conversation));
  const write = useCallback((next: Draft) => writeDraft(member, conversation, next), [member, conversation]);
  return [draft, write];
}

/** The message that is being answered. For those who need not know of each letter. */
export function useReplyTo(conversation: string): string | null {
  const member = useMe().member.id;
  return useSyncExternalStore(subscribe, () => readDraft(member, conversation).replyTo);
}

/** Forgets what is in memory, as a reload does. For tests. */
export function forgetDrafts(): void {
  known.clear();
}

function keyOf(member: string, conversation: string): string {
  return `${PREFIX}${member}.${conversation}`;
}

function parse(text: string | null): Draft {
  if (text === null) return NO_DRAFT;
  try {
    const draft: unknown = JSON.parse(text);
    if (typeof draft !== "object" || draft === null || !("text" in draft)) return NO_DRAFT;
    if (typeof draft.text !== "string") return NO_DRAFT;
    const replyTo = "replyTo" in draft && typeof draft.replyTo === "string" ? draft.replyTo : null;
    const after = "after" in draft && typeof draft.after === "string" ? { after: draft.after } : {};
    return { text: draft.text, replyTo, ...after };
  } catch {
    return NO_DRAFT;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
