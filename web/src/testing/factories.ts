/** Whole records for tests; say only what matters. */
import type { Contact, Conversation, Message } from "@/api/types";

let count = 0;

/** Ids that sort in the order they were made, as those of the server do. */
export function newId(): string {
  count += 1;
  return `00000000-0000-7000-8000-${String(count).padStart(12, "0")}`;
}

export function at(minute: number): string {
  return new Date(Date.UTC(2026, 6, 1, 12, minute)).toISOString();
}

export function contact(change: Partial<Contact> = {}): Contact {
  return {
    id: newId(),
    phone: "+5511987654321",
    name: "Ana",
    email: null,
    company: null,
    avatar_url: null,
    marketing_opt_out_at: null,
    tags: [],
    ...change,
  };
}

export function conversation(change: Partial<Conversation> = {}): Conversation {
  const who = change.contact ?? contact();
  return {
    id: newId(),
    contact_id: who.id,
    channel_id: "channel",
    status: "open",
    assigned_agent_id: null,
    last_message_id: null,
    last_message_text: null,
    last_message_type: null,
    last_message_direction: null,
    last_message_status: null,
    last_message_at: at(0),
    unread_count: 0,
    waiting_since: null,
    snooze: null,
    window_expires_at: null,
    created_at: at(0),
    updated_at: at(0),
    contact: who,
    ...change,
  };
}

export function message(change: Partial<Message> = {}): Message {
  return {
    id: newId(),
    conversation_id: "conversation",
    direction: "inbound",
    sender_type: change.direction === "outbound" ? "agent" : "customer",
    sender_id: null,
    content_type: "text",
    content_text: "Hello",
    content: null,
    media: null,
    media_url: null,
    reactions: [],
    is_echo: false,
    edited_at: null,
    deleted_at: null,
    deleted_by: null,
    template_name: null,
    whatsapp_message_id: null,
    status: change.direction === "outbound" ? "queued" : "received",
    error: null,
    reply_to_message_id: null,
    interactive_reply_id: null,
    idempotency_key: null,
    sent_at: null,
    created_at: at(0),
    ...change,
  };
}
