/**
 * Messages on their way to the server. Each carries a key made here, which the server takes for the message's own: a
 * message is on screen before it is accepted, is sent again after a lost answer, and still exists once.
 *
 * Within a conversation they leave in the order written. What could not be sent waits in localStorage and outlives
 * a reload.
 */
import { ApiError, isSignedOut, isTransient } from "@/api/errors";
import type { FilledTemplate, MediaKind, Message, Place } from "@/api/types";
import { storage } from "@/app/storage";

export type OutboxState =
  /** To be sent, or being sent. */
  | "sending"
  /** Could not be sent; is tried again by itself. */
  | "waiting"
  /** The server said no; only a human can go on. */
  | "refused"
  /** The server has it. Stays for a moment, until the thread shows the message itself. */
  | "accepted";

/** What is more than text. */
export type OutboxContent =
  | {
      type: "file";
      kind: MediaKind;
      filename: string;
      mimeType: string;
      size: number;
      width: number | null;
      height: number | null;
      voice: boolean;
      durationMs: number | null;
      /** Once the server has the file: it is not sent twice. */
      mediaId: string | null;
    }
  /** A file at a public address: the server fetches it. */
  | { type: "link"; kind: MediaKind; url: string; filename: string }
  | { type: "location"; location: Place }
  | { type: "template"; template: FilledTemplate };

export type OutboxEntry = {
  key: string;
  conversation: string;
  /** The text, a caption, or what a list shows of it. */
  text: string;
  /** Null for a text. */
  content: OutboxContent | null;
  replyTo: string | null;
  /** When it was written, ISO. */
  at: string;
  state: OutboxState;
  problem: { code: string; message: string } | null;
  /** `created_at` of the message the server made of it. */
  acceptedAt: string | null;
};

export type OutboxOptions = {
  /** Tells apart who wrote what on a shared device. */
  member: string;
  /** `keep` remembers what is not to be done again when the rest fails. */
  send: (entry: OutboxEntry, keep: (content: OutboxContent) => void) => Promise<Message>;
  onAccepted: (message: Message) => void;
  /** An entry is gone: accepted, or discarded by a human. */
  onGone?: (key: string, accepted: boolean) => void;
  newKey?: () => string;
  now?: () => number;
  random?: () => number;
};

const BACKOFF_MS = { first: 1_000, most: 30_000 };
/** The server remembers keys for a day. After that sending again could send twice. */
const KEY_LIFE_MS = 20 * 3_600_000;
const LINGER_MS = 5_000;
const NONE: readonly OutboxEntry[] = [];

export class Outbox {
  private entries: OutboxEntry[] = [];
  private threads = new Map<string, readonly OutboxEntry[]>();
  private readonly sending = new Set<string>();
  private readonly listeners = new Set<() => void>();
  private readonly prefix: string;
  private failures = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private stopped = true;
  private readonly now: () => number;
  private readonly random: () => number;

  constructor(private readonly options: OutboxOptions) {
    this.prefix = `recado.outbox.${options.member}.`;
    this.now = options.now ?? Date.now;
    this.random = options.random ?? Math.random;
  }

  /** Takes up what an earlier page left behind. Returns how to end it. */
  attach(): () => void {
    this.stopped = false;
    const left = storage
      .entries(this.prefix)
      .flatMap(([, text]) => parse(text))
      .filter((entry) => !this.entries.some((known) => known.key === entry.key))
      .map((entry) => this.revive(entry));
    this.set([...left, ...this.entries].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)));
    this.flush();
    return () => {
      this.stopped = true;
      clearTimeout(this.retry);
    };
  }

  /** `before` is done under the new key before anything is sent: a file is put where it is looked for. */
  add(
    conversation: string,
    text: string,
    replyTo: string | null,
    content: OutboxContent | null = null,
    before?: (key: string) => void,
  ): OutboxEntry {
    const entry: OutboxEntry = {
      key: (this.options.newKey ?? newKey)(),
      conversation,
      text,
      content,
      replyTo,
      at: new Date(this.now()).toISOString(),
      state: this.of(conversation).some((entry) => entry.state === "waiting") ? "waiting" : "sending",
      problem: null,
      acceptedAt: null,
    };
    before?.(entry.key);
    this.keep(entry);
    this.set([...this.entries, entry]);
    this.flush();
    return entry;
  }

  /** A human wants it sent after all. */
  retryEntry(key: string): void {
    this.change(key, { state: "sending", problem: null });
    this.flush();
  }

  discard(key: string): void {
    storage.set(this.prefix + key, null);
    this.options.onGone?.(key, false);
    this.set(this.entries.filter((entry) => entry.key !== key));
    this.flush();
  }

  /** The journal told of messages with these keys: whatever became of our request, they are in. */
  heard(messages: Iterable<Message>): void {
    for (const message of messages) {
      const entry = this.entries.find((entry) => entry.key === message.idempotency_key);
      if (entry && entry.state !== "accepted") this.accept(entry.key, message);
    }
  }

  /** The connection is back: no reason to wait any longer. */
  wake(): void {
    this.failures = 0;
    this.flush();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** What is on its way in one conversation, oldest first; the same array as long as nothing of it changes. */
  of(conversation: string): readonly OutboxEntry[] {
    return this.threads.get(conversation) ?? NONE;
  }

  private flush(): void {
    clearTimeout(this.retry);
    if (this.stopped) return;
    for (const entry of heads(this.entries)) {
      if (!this.sending.has(entry.conversation)) void this.deliver(entry);
    }
  }

  private async deliver(entry: OutboxEntry): Promise<void> {
    this.sending.add(entry.conversation);
    let again = false;
    try {
      this.accept(
        entry.key,
        await this.options.send(entry, (content) => this.change(entry.key, { content })),
      );
      this.failures = 0;
      again = true;
    } catch (error) {
      again = this.failed(entry.key, error);
    } finally {
      this.sending.delete(entry.conversation);
    }
    if (again) this.flush();
  }

  /** Whether the next one may go at once. */
  private failed(key: string, error: unknown): boolean {
    if (!this.entries.some((entry) => entry.key === key && entry.state !== "accepted")) return true;
    if (isTransient(error) || isSignedOut(error)) {
      const thread = this.entries.find((entry) => entry.key === key)?.conversation;
      for (const entry of this.entries) {
        if (entry.conversation === thread && isToGo(entry)) this.change(entry.key, { state: "waiting" });
      }
      const most = Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** this.failures);
      const asked = error instanceof ApiError ? (error.retryAfter ?? 0) : 0;
      this.failures += 1;
      clearTimeout(this.retry);
      if (!this.stopped) {
        this.retry = setTimeout(() => this.flush(), Math.max(asked, most * (0.5 + this.random() / 2)));
      }
      return false;
    }
    const known = error instanceof ApiError ? error : undefined;
    this.change(key, {
      state: "refused",
      problem: { code: known?.code ?? "internal", message: known?.message ?? String(error) },
    });
    return true;
  }

  private accept(key: string, message: Message): void {
    storage.set(this.prefix + key, null);
    this.options.onGone?.(key, true);
    // Told first, so that the message is never on screen less than once.
    this.options.onAccepted(message);
    this.set(
      this.entries.map((entry) =>
        entry.key === key
          ? { ...entry, state: "accepted", problem: null, acceptedAt: message.created_at }
          : entry,
      ),
    );
    setTimeout(() => this.set(this.entries.filter((entry) => entry.key !== key)), LINGER_MS);
  }

  private change(key: string, change: Partial<OutboxEntry>): void {
    this.set(
      this.entries.map((entry) => {
        if (entry.key !== key || entry.state === "accepted") return entry;
        const next = { ...entry, ...change };
        this.keep(next);
        return next;
      }),
    );
  }

  private revive(entry: OutboxEntry): OutboxEntry {
    if (entry.state === "refused") return entry;
    if (this.now() - Date.parse(entry.at) < KEY_LIFE_MS) return { ...entry, state: "sending" };
    return { ...entry, state: "refused", problem: { code: "too_old", message: "" } };
  }

  private keep(entry: OutboxEntry): void {
    storage.set(this.prefix + entry.key, JSON.stringify(entry));
  }

  private set(entries: OutboxEntry[]): void {
    this.entries = entries;
    const threads = new Map<string, OutboxEntry[]>();
    for (const entry of entries) {
      const thread = threads.get(entry.conversation);
      if (thread) thread.push(entry);
      else threads.set(entry.conversation, [entry]);
    }
    for (const [conversation, before] of this.threads) {
      const thread = threads.get(conversation);
      const same = thread?.length === before.length && thread.every((entry, at) => entry === before[at]);
      if (same) threads.set(conversation, before as OutboxEntry[]);
    }
    this.threads = threads;
    for (const listener of this.listeners) listener();
  }
}

const isToGo = (entry: OutboxEntry) => entry.state === "sending" || entry.state === "waiting";

/** The first entry of each conversation that is still to go: the ones behind it wait for it. */
function heads(entries: readonly OutboxEntry[]): OutboxEntry[] {
  const first = new Map<string, OutboxEntry>();
  for (const entry of entries) {
    if (isToGo(entry) && !first.has(entry.conversation)) first.set(entry.conversation, entry);
  }
  return [...first.values()];
}

/** A random UUID; `crypto.randomUUID` exists only on secure origins, and a first try on a LAN is none. */
export function newKey(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function parse(text: string): OutboxEntry[] {
  try {
    const entry: unknown = JSON.parse(text);
    const whole =
      typeof entry === "object" &&
      entry !== null &&
      ["key", "conversation", "text", "at", "state"].every(
        (name) => typeof (entry as Record<string, unknown>)[name] === "string",
      );
    // What an earlier version left behind knows texts only.
    return whole ? [{ ...(entry as OutboxEntry), content: (entry as OutboxEntry).content ?? null }] : [];
  } catch {
    return [];
  }
}
