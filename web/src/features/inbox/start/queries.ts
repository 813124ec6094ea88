/** Who can be written to, and the first message. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { api, body } from "@/api/client";
import type { Contact, Conversation, FilledTemplate } from "@/api/types";
import { newKey } from "../outbox/outbox";

/** Somebody who is known, or a phone that nobody has yet, with the name they will have. */
export type Whom = { contact: Contact; known: boolean };

const SHOWN = 20;

/** Contacts by the beginnings of their names or a part of their phone; the newest while nothing is asked for. */
export function useContactsLike(asked: string) {
  return useQuery({
    queryKey: ["contacts like", asked],
    queryFn: async ({ signal }) => contactsLike(asked, SHOWN, signal),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    gcTime: 60_000,
  });
}

/** Whoever has exactly this phone. */
export async function contactWith(phone: string): Promise<Contact | undefined> {
  const found = await contactsLike(phone, SHOWN);
  return found.find((contact) => contact.phone === phone);
}

async function contactsLike(search: string, limit: number, signal?: AbortSignal): Promise<Contact[]> {
  const query = { limit, ...(search ? { search } : {}) };
  return (await body(api.GET("/api/v1/contacts", { params: { query }, ...(signal ? { signal } : {}) }))).data;
}

/**
 * Sends the first message. The same once more, after an answer that was lost, is the same request to the server: the
 * customer gets it once.
 */
export function useStart(): (whom: Whom, channel: string, template: FilledTemplate) => Promise<Conversation> {
  const last = useRef({ asked: "", key: "" });
  return async ({ contact, known }, channel, { name, language, values }) => {
    const to = known ? { contact_id: contact.id } : { to: contact.phone, name: contact.name };
    const asked = {
      ...to,
      channel_id: channel,
      message: { type: "template" as const, template: { name, language, values } },
    };
    const text = JSON.stringify(asked);
    if (last.current.asked !== text) last.current = { asked: text, key: newKey() };
    const header = { "Idempotency-Key": last.current.key };
    const answer = await body(api.POST("/api/v1/conversations", { params: { header }, body: asked }));
    return answer.data.conversation;
  };
}
