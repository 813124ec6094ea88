/** What the page knows of the phones, and how each event changes it. Pure. */
import type { Bench, BenchEvent, Message, Phone, Status } from "./api";

export type State = {
  /** `null` until the first answer. */
  bench: Bench | null;
  /** Events that came while the bench was being fetched; they apply on top of the answer. */
  held: BenchEvent[] | null;
  /** Chats that were opened, oldest message first. */
  chats: Readonly<Record<string, Message[]>>;
  /** Chats whose messages were fetched, in contrast to those we only overheard. */
  fetched: ReadonlySet<string>;
  /** Customers the business is typing to. */
  typing: ReadonlySet<string>;
  /** Whether the stream of events is open. */
  live: boolean;
  /** How often templates and faults changed: whoever shows them fetches them again. */
  changes: { templates: number; faults: number };
};

export type Action =
  | { type: "event"; event: BenchEvent }
  | { type: "cut" }
  | { type: "bench"; bench: Bench }
  | { type: "chat"; wa_id: string; messages: Message[] }
  | { type: "typing_over"; wa_id: string };

export const START: State = {
  bench: null,
  held: null,
  chats: {},
  fetched: new Set(),
  typing: new Set(),
  live: false,
  changes: { templates: 0, faults: 0 },
};

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "event":
      return hear(state, action.event);
    case "cut":
      return { ...state, live: false };
    case "bench": {
      const held = state.held ?? [];
      return held.reduce(apply, { ...state, bench: action.bench, held: null });
    }
    case "chat":
      return {
        ...state,
        fetched: new Set(state.fetched).add(action.wa_id),
        chats: {
          ...state.chats,
          [action.wa_id]: merge(action.messages, state.chats[action.wa_id] ?? []),
        },
      };
    case "typing_over":
      return { ...state, typing: without(state.typing, action.wa_id) };
  }
}

function hear(state: State, event: BenchEvent): State {
  // What comes after this may already be part of what is fetched now, or not: hold it until then.
  if (event.type === "hello" || event.type === "reset")
    return { ...state, live: true, held: [], fetched: new Set() };
  if (state.held) return { ...state, held: [...state.held, event] };
  return apply(state, event);
}

function apply(state: State, event: BenchEvent): State {
  switch (event.type) {
    case "hello":
    case "reset":
      return state;
    case "message":
      return {
        ...state,
        chats: {
          ...state.chats,
          [event.wa_id]: merge(state.chats[event.wa_id] ?? [], [event.message]),
        },
        typing: event.message.from_business ? without(state.typing, event.wa_id) : state.typing,
      };
    case "status": {
      const chat = state.chats[event.wa_id];
      if (!chat) return state;
      const changed = chat.map((message) =>
        message.id === event.id ? { ...message, status: later(message.status, event.status) } : message,
      );
      return { ...state, chats: { ...state.chats, [event.wa_id]: changed } };
    }
    case "phone":
      return state.bench
        ? { ...state, bench: { ...state.bench, phones: withPhone(state.bench.phones, event.phone) } }
        : state;
    case "typing":
      return { ...state, typing: new Set(state.typing).add(event.wa_id) };
    case "templates":
    case "faults":
      return { ...state, changes: { ...state.changes, [event.type]: state.changes[event.type] + 1 } };
    case "webhook":
      return state.bench ? { ...state, bench: { ...state.bench, webhook: event.webhook } } : state;
  }
}

/** A phone that is new or was just written with goes to the top; else it keeps its place. */
function withPhone(phones: Phone[], phone: Phone): Phone[] {
  const known = phones.find((other) => other.wa_id === phone.wa_id);
  if (known && known.last_at === phone.last_at)
    return phones.map((other) => (other === known ? phone : other));
  return [phone, ...phones.filter((other) => other !== known)];
}

/** `base` in its order, then what only `more` has; of a message in both, what `more` says and the later status. */
function merge(base: Message[], more: Message[]): Message[] {
  const others = new Map(more.map((message) => [message.id, message]));
  const merged = base.map((message) => {
    const other = others.get(message.id);
    others.delete(message.id);
    return other ? { ...other, status: later(message.status, other.status) } : message;
  });
  return [...merged, ...others.values()];
}

const RANK: Record<Status, number> = { sent: 0, delivered: 1, read: 2, played: 3 };

function later(a: Status, b: Status): Status {
  return RANK[b] > RANK[a] ? b : a;
}

function without(set: ReadonlySet<string>, item: string): ReadonlySet<string> {
  if (!set.has(item)) return set;
  const rest = new Set(set);
  rest.delete(item);
  return rest;
}
