/** One account in memory: enough of Recado's behaviour to look at the app without a backend. Never part of a build. */
import { randomUUID } from "node:crypto";
import type { components } from "../src/api/schema.d.ts";
import type * as wire from "../src/api/types.ts";
import { fill } from "../src/templates/fill.ts";
import { People } from "./contacts.ts";
import { FIRST, LAST, LINES, MEMBERS, TAGS, TALKS } from "./fixtures.ts";
import { seedKinds } from "./kinds.ts";
import { Files } from "./media.ts";
import { Notifications } from "./notifications.ts";
import { Numbers } from "./numbers.ts";
import { seedLog, Team } from "./team.ts";
import { seedTemplates } from "./templates.ts";
import { Webhooks } from "./webhooks.ts";

type Schemas = components["schemas"];
export type Conversation = wire.Conversation;
export type Message = wire.Message;
export type Member = wire.Member;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Minutes since the last message of each seeded talk. */
const ENDED = [2, 14, 38, 95, 190, 260, 60 * 21.6, 60 * 27, 60 * 31, 60 * 50, 60 * 75, 60 * 140, 60 * 300];
const UNREAD = [2, 0, 1, 0, 1, 0, 1];

export class World {
  readonly account = { id: randomUUID(), name: "Torra & Moinho", is_demo: true };
  readonly members: Member[];
  readonly numbers: Numbers;
  readonly notifications = new Notifications();
  readonly webhooks = new Webhooks();
  /** The one that the conversations came through. */
  readonly channel: wire.Channel;
  readonly templates: wire.Template[];
  readonly files = new Files();
  readonly people: People;
  /** What contacts called themselves before the team gave them another name. */
  readonly profileNames = new Map<string, string>();
  readonly team = new Team();
  readonly conversations = new Map<string, Conversation>();
  readonly messages = new Map<string, Message[]>();
  readonly invites: Schemas["Invite"][] = [];
  readonly keys: Schemas["ApiKey"][] = [];
  readonly sessions: Schemas["Session"][] = [];
  readonly intakes: Schemas["Intake"][] = [];
  readonly jobs: Schemas["Job"][] = [];
  readonly journal: { seq: number; text: string }[] = [];
  readonly sockets = new Set<{ send(text: string): void; close(code?: number): void }>();
  readonly me: Member;

  constructor(role: string, size: number) {
    this.members = MEMBERS.map((member) => ({
      ...member,
      id: randomUUID(),
      is_demo: true,
      availability: "online" as const,
      avatar_url: null,
      whatsapp_enabled: member.role !== "viewer",
      created_at: ago(90 * 24 * HOUR),
    }));
    // Of admins there is none: an agent becomes one.
    const [owner, agent] = this.members as [Member, Member];
    if (role === "admin") agent.role = role;
    this.me = this.members.find((member) => member.role === role) ?? owner;
    this.numbers = new Numbers(this.members[0]?.id ?? "");
    this.channel = this.numbers.channels[0] as wire.Channel;
    this.templates = seedTemplates(this.channel.id, this.numbers.channels[1]?.id);
    this.people = new People(TAGS, this.me.id);
    const { tags } = this.people;
    TALKS.forEach((each, at) => {
      this.seed(each, at, tags);
    });
    seedKinds(this, Date.now() - 290 * MINUTE);
    for (let at = TALKS.length; at < size; at++) this.filler(at);
    this.admin();
    seedLog(this);
  }

  private latest = 0;

  /** Now, and later than whatever happened before: the order of a list must not hang on how fast this machine is. */
  private next(): string {
    this.latest = Math.max(this.latest + 1, Date.now());
    return new Date(this.latest).toISOString();
  }

  get head(): number {
    return this.journal.at(-1)?.seq ?? 100;
  }

  event(event: string, data: unknown): void {
    const seq = this.head + 1;
    const text = JSON.stringify({ type: "event", seq, event, at: new Date().toISOString(), data });
    this.journal.push({ seq, text });
    for (const socket of this.sockets) socket.send(text);
  }

  inbound(id: string, text: string, kind: Message["content_type"] = "text"): Message {
    const conversation = this.known(id);
    const message = this.message(id, "inbound", kind === "text" ? text : null, this.next());
    message.content_type = kind;
    this.append(message);
    conversation.unread_count += 1;
    conversation.window_expires_at = new Date(Date.now() + 24 * HOUR).toISOString();
    conversation.waiting_since ??= message.created_at;
    if (conversation.status === "closed" || conversation.snooze) conversation.status = "open";
    conversation.snooze = null;
    this.event("message.created", { message, conversation: this.touch(conversation) });
    return message;
  }

  /** A new customer writes. */
  arrive(name: string, text: string, channel = this.channel.id): Conversation {
    const conversation = this.conversation(
      name,
      `+1555${Math.floor(1e6 + Math.random() * 9e6)}`,
      new Date().toISOString(),
    );
    conversation.channel_id = channel;
    this.event("conversation.created", { conversation });
    this.inbound(conversation.id, text);
    return conversation;
  }

  outbound(id: string, asked: wire.SendMessage, key: string | null): Message {
    const before = key
      ? this.messages.get(id)?.find((message) => message.idempotency_key === key)
      : undefined;
    if (before) return before;
    const conversation = this.known(id);
    const message = this.message(id, "outbound", null, this.next());
    Object.assign(message, this.made(asked), {
      status: "queued",
      idempotency_key: key,
      reply_to_message_id: asked.reply_to_message_id ?? null,
      sender_id: this.me.id,
    });
    this.append(message);
    conversation.waiting_since = null;
    this.event("message.created", { message: { ...message }, conversation: this.touch(conversation) });
    this.progress(message);
    return { ...message };
  }

  /** Answers a message, takes the answer back with null, and tells everybody. */
  react(id: string, actor: "customer" | "agent", emoji: string | null): Message | undefined {
    const message = this.find(id);
    if (!message) return undefined;
    const by = actor === "agent" ? this.me.id : null;
    message.reactions = message.reactions.filter((known) => known.actor_type !== actor);
    const now = new Date().toISOString();
    if (emoji) message.reactions.push({ actor_type: actor, actor_id: by, emoji, created_at: now });
    this.changed(message);
    return structuredClone(message);
  }

  find(id: string): Message | undefined {
    return [...this.messages.values()].flat().find((message) => message.id === id);
  }

  retry(id: string): Message | undefined {
    const message = this.find(id);
    if (message?.status !== "failed") return undefined;
    Object.assign(message, { status: "queued", error: null });
    this.changed(message);
    message.content_text = message.content_text?.replace("fail", "pass") ?? null;
    this.progress(message);
    return { ...message };
  }

  update(id: string, change: Partial<Conversation>): Conversation {
    const conversation = Object.assign(this.known(id), change);
    this.event("conversation.updated", { conversation: this.touch(conversation, false) });
    return { ...conversation };
  }

  /** What a message that is asked for consists of. */
  private made(asked: wire.SendMessage): Partial<Message> {
    switch (asked.type) {
      case "location":
        return {
          content_type: "location",
          content_text: asked.location?.name ?? asked.location?.address ?? null,
          content: asked.location ? { location: asked.location } : null,
        };
      case "template": {
        const { name = "", language = "", values = {} } = asked.template ?? {};
        const known = this.templates.find((row) => row.name === name && row.language === language);
        const seen = known && fill(known, values);
        return {
          content_type: "template",
          content_text: seen?.body ?? name,
          template_name: name,
          ...(seen ? { content: { template: { ...seen, name, language, values } } } : {}),
        };
      }
      case "text":
        return { content_text: asked.text ?? null };
      default: {
        const media = this.files.get(asked.media_id ?? "") ?? null;
        return {
          content_type: asked.type ?? "text",
          content_text: asked.text ?? null,
          media: media && { ...media, kind: asked.type as wire.MediaKind },
          media_url: media && `/api/v1/media/${media.id}`,
        };
      }
    }
  }

  private progress(message: Message): void {
    const text = message.content_text ?? "";
    if (text.includes("fail")) {
      setTimeout(() => {
        Object.assign(message, {
          status: "failed",
          error: { reason: "not_delivered", code: "131026", message: "Message undeliverable" },
        });
        this.changed(message);
      }, 500);
      return;
    }
    const steps: Message["status"][] = text.includes("unknown") ? ["unknown"] : ["sent", "delivered", "read"];
    steps.forEach((status, at) => {
      setTimeout(
        () => {
          message.status = status;
          message.sent_at ??= new Date().toISOString();
          this.changed(message);
        },
        350 + at * 700,
      );
    });
  }

  changed(message: Message): void {
    const conversation = this.known(message.conversation_id);
    if (conversation.last_message_id === message.id) conversation.last_message_status = message.status;
    this.event("message.updated", { message: { ...message }, conversation: this.touch(conversation, false) });
  }

  private known(id: string): Conversation {
    const conversation = this.conversations.get(id);
    if (!conversation) throw new Error(`no conversation ${id}`);
    return conversation;
  }

  touch(conversation: Conversation, last = true): Conversation {
    const message = this.messages.get(conversation.id)?.at(-1);
    if (last && message) {
      Object.assign(conversation, {
        last_message_id: message.id,
        last_message_text: message.content_text,
        last_message_type: message.content_type,
        last_message_direction: message.direction,
        last_message_status: message.status,
        last_message_at: message.created_at,
      });
    }
    conversation.updated_at = new Date().toISOString();
    return structuredClone(conversation);
  }

  append(message: Message): void {
    const list = this.messages.get(message.conversation_id) ?? [];
    list.push(message);
    this.messages.set(message.conversation_id, list);
  }

  message(conversation: string, direction: "inbound" | "outbound", text: string | null, at: string): Message {
    return {
      id: randomUUID(),
      conversation_id: conversation,
      direction,
      sender_type: direction === "inbound" ? "customer" : "agent",
      sender_id: null,
      content_type: "text",
      content_text: text,
      content: null,
      media: null,
      reactions: [],
      is_echo: false,
      edited_at: null,
      deleted_at: null,
      deleted_by: null,
      media_url: null,
      template_name: null,
      whatsapp_message_id: null,
      status: direction === "inbound" ? "received" : "read",
      error: null,
      reply_to_message_id: null,
      interactive_reply_id: null,
      idempotency_key: null,
      sent_at: at,
      created_at: at,
    };
  }

  conversation(name: string, phone: string, at: string): Conversation {
    const contact = {
      id: randomUUID(),
      phone,
      name: name || null,
      email: null,
      company: null,
      avatar_url: null,
      marketing_opt_out_at: null,
      tags: [],
    };
    const conversation: Conversation = {
      id: randomUUID(),
      contact_id: contact.id,
      channel_id: this.channel.id,
      status: "open",
      assigned_agent_id: null,
      last_message_id: null,
      last_message_text: null,
      last_message_type: null,
      last_message_direction: null,
      last_message_status: null,
      last_message_at: at,
      unread_count: 0,
      waiting_since: null,
      snooze: null,
      window_expires_at: null,
      created_at: at,
      updated_at: at,
      contact,
    };
    this.conversations.set(conversation.id, conversation);
    return conversation;
  }

  private seed(each: (typeof TALKS)[number], at: number, tags: Schemas["Tag"][]): void {
    const end = Date.now() - (ENDED[at % ENDED.length] ?? 2) * MINUTE;
    const conversation = this.conversation(
      each.name,
      each.phone,
      new Date(end - 30 * 24 * HOUR).toISOString(),
    );
    conversation.contact.company = each.company ?? null;
    conversation.contact.email =
      at % 3 === 1 ? `${each.name.split(" ")[0]?.toLowerCase()}@mail.example` : null;
    conversation.contact.tags = at % 4 === 1 ? tags.slice(0, 2) : at % 5 === 2 ? tags.slice(2) : [];
    const agent = [null, this.members[1], this.me, null, this.members[2], this.me][at % 6] ?? null;
    conversation.assigned_agent_id = agent?.id ?? null;
    if (at === 0) this.history(conversation.id, end - 20 * 24 * HOUR, 220);
    let last: Message | undefined;
    const gaps = each.talk.map((_, step) => (step === 0 ? 0 : step % 3 === 0 ? 9 : 2));
    let time = end - gaps.reduce<number>((sum, gap) => sum + gap, 0) * MINUTE;
    each.talk.forEach(([who, text], step) => {
      time += (gaps[step] ?? 0) * MINUTE;
      const message = this.message(
        conversation.id,
        who === "c" ? "inbound" : "outbound",
        text,
        new Date(time).toISOString(),
      );
      if (who === "a") message.sender_id = (agent ?? this.members[1])?.id ?? null;
      if (at === 1 && step === 2)
        message.reply_to_message_id = this.messages.get(conversation.id)?.[0]?.id ?? null;
      this.append(message);
      last = message;
    });
    if (at === 4 && last) {
      const file = this.message(conversation.id, "inbound", null, last.created_at);
      file.content_type = "unsupported";
      this.append(file);
    }
    if (at === 8 && last)
      Object.assign(last, {
        status: "failed",
        error: { reason: "not_on_whatsapp", code: "131026", message: "Recipient not on WhatsApp" },
      });
    if (at === 3 && last) last.status = "delivered";
    this.touch(conversation);
    const inbound = each.talk.at(-1)?.[0] === "c";
    conversation.unread_count = inbound && at < 7 ? (UNREAD[at % UNREAD.length] ?? 0) : 0;
    const lastInbound = this.messages
      .get(conversation.id)
      ?.findLast((message) => message.direction === "inbound");
    conversation.window_expires_at = lastInbound
      ? new Date(Date.parse(lastInbound.created_at) + 24 * HOUR).toISOString()
      : null;
    if (inbound) conversation.waiting_since = conversation.last_message_at;
    if (at === 5) conversation.status = "pending";
    if (at === 10) {
      conversation.status = "pending";
      conversation.snooze = { until: new Date(Date.now() + 20 * HOUR).toISOString() };
    }
    if (at === 9 || at === 11) conversation.status = "closed";
  }

  private history(id: string, from: number, count: number): void {
    for (let at = 0; at < count; at++) {
      const time = new Date(from + at * 2 * HOUR + (at % 5) * MINUTE).toISOString();
      const message = this.message(
        id,
        at % 3 === 1 ? "outbound" : "inbound",
        `${LINES[at % LINES.length]} (${at + 1})`,
        time,
      );
      if (message.direction === "outbound") message.sender_id = this.members[1]?.id ?? null;
      this.append(message);
    }
  }

  private filler(at: number): void {
    const name = `${FIRST[at % FIRST.length]} ${LAST[(at * 7) % LAST.length]}`;
    const time = new Date(Date.now() - (13 * 24 * HOUR + at * 7 * MINUTE)).toISOString();
    const conversation = this.conversation(name, `+44790${String(1_000_000 + at)}`, time);
    if (at % 4 === 0) conversation.status = "closed";
    if (at % 3 === 0) conversation.assigned_agent_id = this.members[at % 2 ? 1 : 2]?.id ?? null;
    const message = this.message(
      conversation.id,
      at % 2 ? "inbound" : "outbound",
      LINES[at % LINES.length] ?? "",
      time,
    );
    this.append(message);
    this.touch(conversation);
    conversation.window_expires_at = new Date(Date.parse(time) + 24 * HOUR).toISOString();
  }

  private admin(): void {
    const session = (current: boolean, agent: string, seen: number): Schemas["Session"] => ({
      id: randomUUID(),
      current,
      user_agent: agent,
      ip: current ? "127.0.0.1" : "203.0.113.7",
      created_at: ago(48 * HOUR),
      last_seen_at: ago(seen),
      expires_at: ago(-700 * HOUR),
    });
    this.sessions.push(
      session(true, "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36", 0),
      session(
        false,
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit Version/18.0 Mobile/15E148 Safari/604.1",
        3 * HOUR,
      ),
    );
    this.invites.push({
      id: randomUUID(),
      role: "agent",
      email: "bea@demo.example",
      created_at: ago(HOUR),
      expires_at: ago(-70 * HOUR),
    });
    this.keys.push({
      id: randomUUID(),
      name: "Shop website",
      key_prefix: "wacrm_live_8Kq2",
      scopes: ["messages:send", "contacts:read"],
      created_at: ago(400 * HOUR),
      expires_at: null,
      last_used_at: ago(12 * MINUTE),
      revoked_at: null,
      rate_limit: 600,
    });
    this.intakes.push({
      id: randomUUID(),
      received_at: ago(35 * MINUTE),
      state: "rejected",
      problems: [{ what: "no_number", detail: "No number 104455667788 is connected", number: null }],
      replayed_at: null,
      size: 812,
    });
    this.jobs.push({
      id: randomUUID(),
      kind: "send_message",
      state: "dead",
      attempt: 12,
      last_error: "The provider answered 500 twelve times",
      run_at: ago(5 * HOUR),
      created_at: ago(29 * HOUR),
    });
  }
}

function ago(ms: number): string {
  return new Date(Date.now() - ms).toISOString();
}
