/** The outbox for components, and its way to the API. */
import { createContext, type ReactNode, useContext, useSyncExternalStore } from "react";
import { api, snapshot } from "@/api/client";
import type { Message } from "@/api/types";
import type { Outbox, OutboxEntry } from "./outbox";

export { Outbox, type OutboxEntry, type OutboxState } from "./outbox";

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

export async function sendEntry(entry: OutboxEntry): Promise<Message> {
  const { body } = await snapshot(
    api.POST("/api/v1/conversations/{id}/messages", {
      params: { path: { id: entry.conversation }, header: { "Idempotency-Key": entry.key } },
      body: {
        type: "text",
        text: entry.text,
        ...(entry.replyTo ? { reply_to_message_id: entry.replyTo } : {}),
      },
    }),
  );
  return body.data;
}
