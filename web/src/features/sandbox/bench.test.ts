import { describe, expect, it } from "vitest";
import type { Bench, BenchEvent, Message, Phone } from "./api";
import { type Action, reduce, START, type State } from "./bench";

const phone = (wa_id: string, last_at: number | null = null, unread = 0): Phone => ({
  wa_id,
  name: wa_id,
  online: true,
  auto_read: false,
  unread,
  last_text: null,
  last_at,
  last_kind: null,
  username: null,
  hidden: false,
  no_promotions: false,
  chats: [],
});

const message = (id: string, from_business = false): Message => ({
  id,
  line: "meta",
  from_business,
  kind: "text",
  text: id,
  content: null,
  reactions: [],
  forwarded: false,
  edited: false,
  revoked: false,
  echo: false,
  at: 0,
  status: "sent",
  reply_to: null,
});

const bench = (...phones: Phone[]): Bench => ({
  business: { name: "Shop", display_phone: "+1", phone_number_id: "1" },
  lines: [],
  phones,
  webhook: { url: null, outstanding: 0, last_status: null, last_error: null },
});

const run = (...steps: (Action | BenchEvent)[]): State =>
  steps.reduce<State>(
    (state, step) =>
      reduce(
        state,
        ["bench", "cut", "chat", "typing_over"].includes(step.type)
          ? (step as Action)
          : { type: "event", event: step as BenchEvent },
      ),
    START,
  );

describe("the bench", () => {
  it("holds what comes while it is fetched and applies it on top", () => {
    const held = run({ type: "hello" }, { type: "phone", phone: phone("a", 5, 2) });
    expect(held.bench).toBeNull();
    const loaded = reduce(held, { type: "bench", bench: bench(phone("b", 4), phone("a", 3)) });
    expect(loaded.bench?.phones.map((p) => [p.wa_id, p.unread])).toEqual([
      ["a", 2],
      ["b", 0],
    ]);
    expect(loaded.held).toBeNull();
  });

  it("moves a phone up when it is written with, not when it is read", () => {
    const start: BenchEvent[] = [{ type: "hello" }];
    const loaded = run(...start, { type: "bench", bench: bench(phone("a", 3), phone("b", 2, 1)) });
    const read = reduce(loaded, { type: "event", event: { type: "phone", phone: phone("b", 2, 0) } });
    expect(read.bench?.phones.map((p) => p.wa_id)).toEqual(["a", "b"]);
    expect(read.bench?.phones[1]?.unread).toBe(0);
    const written = reduce(read, { type: "event", event: { type: "phone", phone: phone("b", 9) } });
    expect(written.bench?.phones.map((p) => p.wa_id)).toEqual(["b", "a"]);
    const added = reduce(written, { type: "event", event: { type: "phone", phone: phone("c") } });
    expect(added.bench?.phones.map((p) => p.wa_id)).toEqual(["c", "b", "a"]);
  });

  it("merges a fetched chat with what was overheard, each message once", () => {
    const state = run(
      { type: "hello" },
      { type: "bench", bench: bench(phone("a")) },
      { type: "message", wa_id: "a", message: message("2") },
      { type: "status", wa_id: "a", id: "2", status: "read" },
      { type: "message", wa_id: "a", message: message("3") },
      { type: "chat", wa_id: "a", messages: [message("1"), message("2")] },
      { type: "message", wa_id: "a", message: message("3") },
    );
    expect(state.chats.a?.map((m) => [m.id, m.status])).toEqual([
      ["1", "sent"],
      ["2", "read"],
      ["3", "sent"],
    ]);
    expect(state.fetched.has("a")).toBe(true);
  });

  it("shows a message as it was last told", () => {
    const reacted = { ...message("1"), reactions: [{ from_business: true, emoji: "👍" }] };
    const state = run(
      { type: "hello" },
      { type: "bench", bench: bench(phone("a")) },
      { type: "message", wa_id: "a", message: { ...message("1"), status: "read" } },
      { type: "message", wa_id: "a", message: reacted },
    );
    expect(state.chats.a).toEqual([{ ...reacted, status: "read" }]);
  });

  it("counts changes of what is fetched apart", () => {
    const state = run(
      { type: "hello" },
      { type: "bench", bench: bench() },
      { type: "faults" },
      { type: "faults" },
    );
    expect(state.changes).toEqual({ templates: 0, faults: 2 });
  });

  it("never takes a tick back", () => {
    const state = run(
      { type: "hello" },
      { type: "bench", bench: bench(phone("a")) },
      { type: "message", wa_id: "a", message: message("1") },
      { type: "status", wa_id: "a", id: "1", status: "read" },
      { type: "status", wa_id: "a", id: "1", status: "delivered" },
    );
    expect(state.chats.a?.[0]?.status).toBe("read");
  });

  it("ends typing with the next message of the business", () => {
    const typing = run(
      { type: "hello" },
      { type: "bench", bench: bench(phone("a")) },
      { type: "typing", wa_id: "a" },
      { type: "message", wa_id: "a", message: message("1") },
    );
    expect(typing.typing.has("a")).toBe(true);
    const over = reduce(typing, {
      type: "event",
      event: { type: "message", wa_id: "a", message: message("2", true) },
    });
    expect(over.typing.size).toBe(0);
  });

  it("fetches chats again after the stream was cut", () => {
    const state = run(
      { type: "hello" },
      { type: "bench", bench: bench(phone("a")) },
      { type: "chat", wa_id: "a", messages: [message("1")] },
      { type: "cut" },
      { type: "hello" },
    );
    expect(state.live).toBe(true);
    expect(state.fetched.size).toBe(0);
    expect(state.chats.a).toHaveLength(1);
  });
});
