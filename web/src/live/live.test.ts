// @vitest-environment happy-dom
/** Cache and connection together: whatever breaks, the screen ends up like one that was never disturbed. */
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Conversation, Message } from "@/api/types";
import { FakeServer } from "@/testing/FakeServer";
import { conversation, message } from "@/testing/factories";
import { addPage, type ConversationList, EMPTY, type ListFilter, mergeIntoList } from "./conversations";
import { keys } from "./keys";
import { Live } from "./live";
import { addOlder, type MessageList, mergeMessages, NO_MESSAGES } from "./messages";
import type { Stamped } from "./stamped";

const ALL: ListFilter = { tab: "all", status: "any" };

/** A server with state, a journal of it, and snapshots of it. */
class Account {
  readonly server = new FakeServer();
  readonly rows = new Map<string, Conversation>();
  readonly messages: Message[] = [];
  private clock = Date.UTC(2026, 6, 2);

  constructor(count: number) {
    for (let at = 0; at < count; at++) {
      const row = conversation();
      this.rows.set(row.id, row);
    }
  }

  receive(id: string): void {
    const known = this.rows.get(id);
    if (!known) throw new Error("unknown");
    this.clock += 1_000;
    const text = message({ conversation_id: id, created_at: new Date(this.clock).toISOString() });
    this.messages.push(text);
    const row = {
      ...known,
      last_message_id: text.id,
      last_message_at: text.created_at,
      unread_count: known.unread_count + 1,
    };
    this.rows.set(id, row);
    this.server.append({ event: "message.created", data: { message: text, conversation: row } });
  }

  close(id: string): void {
    const known = this.rows.get(id);
    if (!known) throw new Error("unknown");
    const row: Conversation = { ...known, status: known.status === "closed" ? "open" : "closed" };
    this.rows.set(id, row);
    this.server.append({ event: "conversation.updated", data: { conversation: row } });
  }

  remove(id: string): void {
    const known = this.rows.get(id);
    if (!known) throw new Error("unknown");
    this.rows.delete(id);
    this.server.append({ event: "conversation.removed", data: { conversation: known } });
  }

  list(): { value: ConversationList; seq: number } {
    const seq = this.server.head;
    const rows = [...this.rows.values()].sort((a, b) =>
      a.last_message_at === b.last_message_at
        ? a.id > b.id
          ? -1
          : 1
        : a.last_message_at > b.last_message_at
          ? -1
          : 1,
    );
    return { value: addPage(EMPTY, "activity", rows, null, seq), seq };
  }

  thread(id: string): { value: MessageList; seq: number } {
    const seq = this.server.head;
    const page = this.messages.filter((each) => each.conversation_id === id).reverse();
    return { value: addOlder(NO_MESSAGES, page, null, seq), seq };
  }
}

function setup(count: number) {
  const account = new Account(count);
  const cache = new QueryClient({
    defaultOptions: { queries: { structuralSharing: false, retry: false, gcTime: Number.POSITIVE_INFINITY } },
  });
  const live = new Live(cache, "me", {
    url: "ws://x/live",
    open: account.server.open,
    // Waits are as long each time: how often it comes back does not hang on luck.
    random: () => 0.25,
    onSignedOut: vi.fn(),
    onRefused: vi.fn(),
  });
  const end = live.attach();
  const bringList = (list: ConversationList, changes: Parameters<typeof mergeIntoList>[3]) =>
    mergeIntoList(list, ALL, "me", changes);
  const readList = (fetch: () => Promise<{ value: ConversationList; seq: number }>) =>
    cache.fetchQuery({ queryKey: keys.list(ALL), queryFn: () => live.read(fetch, bringList) });
  const readThread = (id: string) =>
    cache.fetchQuery({
      queryKey: keys.messages(id),
      queryFn: () =>
        live.read(
          async () => account.thread(id),
          (list, changes) => mergeMessages(list, changes.messages.get(id) ?? new Map()),
        ),
    });
  const shown = () =>
    (cache.getQueryData<ConversationList>(keys.list(ALL))?.rows ?? []).map(({ seq: _, ...row }) => row);
  const thread = (id: string) =>
    (cache.getQueryData<MessageList>(keys.messages(id))?.rows ?? []).map((row) => row.id);
  return { account, cache, live, end, readList, readThread, shown, thread };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it("ends with the same lists after 50 cuts in 2,000 events as if there had been none", async () => {
  const { account, end, readList, readThread, shown, thread } = setup(40);
  const ids = [...account.rows.keys()];
  const first = ids[0] ?? "";
  await readList(async () => account.list());
  await readThread(first);
  let random = 7;
  const next = (below: number) => {
    random = (random * 1_103_515_245 + 12_345) % 2_147_483_648;
    return random % below;
  };
  const cuts = new Set(Array.from({ length: 50 }, () => next(2_000)));
  for (let at = 0; at < 2_000; at++) {
    const id = ids[next(ids.length)] ?? first;
    if (next(10) === 0) account.close(id);
    else account.receive(id);
    if (cuts.has(at)) account.server.current?.cut(next(2) ? 1006 : 1012);
    if (next(4) === 0) await vi.advanceTimersByTimeAsync(next(120));
  }
  await vi.advanceTimersByTimeAsync(30_000);
  expect(account.server.sockets.length).toBeGreaterThan(30);
  expect(shown()).toEqual(account.list().value.rows.map(({ seq: _, ...row }) => row));
  expect(thread(first)).toEqual(
    account.messages.filter((each) => each.conversation_id === first).map((each) => each.id),
  );
  end();
});

it("brings a snapshot that was overtaken by events up to now", async () => {
  const { account, end, readList, shown } = setup(3);
  const [a = "", b = ""] = account.rows.keys();
  await readList(async () => account.list());
  await vi.advanceTimersByTimeAsync(50);
  const overtaken = account.list();
  account.receive(a);
  account.close(b);
  await vi.advanceTimersByTimeAsync(50);
  await readList(async () => overtaken);
  expect(shown()).toEqual(account.list().value.rows.map(({ seq: _, ...row }) => row));
  end();
});

it("reads again what is older than the events it remembers", async () => {
  const { account, end, readList, shown } = setup(3);
  const [a = ""] = account.rows.keys();
  const ancient = account.list();
  account.receive(a);
  await readList(async () => account.list());
  await vi.advanceTimersByTimeAsync(50);
  const answers = [ancient, account.list()];
  const fetch = vi.fn(async () => answers.shift() ?? account.list());
  await readList(fetch);
  expect(fetch).toHaveBeenCalledTimes(2);
  expect(shown()[0]?.id).toBe(a);
  end();
});

it("no longer shows a conversation that is deleted while it is open", async () => {
  const { account, cache, end, readList, shown } = setup(2);
  const [a = ""] = account.rows.keys();
  const list = await readList(async () => account.list());
  await vi.advanceTimersByTimeAsync(50);
  // As it is opened from the list: with what the list knows.
  const open = new QueryObserver<Stamped<Conversation>, Error>(cache, {
    queryKey: keys.conversation(a),
    queryFn: () => Promise.reject(new Error("There is no such thing.")),
    initialData: () => list.rows.find(({ id }) => id === a),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const close = open.subscribe(() => {});
  expect(open.getCurrentResult().data?.id).toBe(a);
  account.remove(a);
  await vi.advanceTimersByTimeAsync(50);
  expect(shown().map(({ id }) => id)).not.toContain(a);
  expect(open.getCurrentResult()).toMatchObject({ data: undefined, status: "error" });
  close();
  end();
});

it("reads everything again after a reset", async () => {
  const { account, cache, end, readList } = setup(3);
  await readList(async () => account.list());
  await vi.advanceTimersByTimeAsync(50);
  account.server.current?.say({ type: "reset", seq: 500 });
  await vi.advanceTimersByTimeAsync(50);
  // Nobody looks at the list here, so it is forgotten instead.
  expect(cache.getQueryData(keys.list(ALL))).toBeUndefined();
  end();
});
