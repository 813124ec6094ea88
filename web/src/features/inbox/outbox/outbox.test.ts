// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, NetworkError } from "@/api/errors";
import type { Message } from "@/api/types";
import { message } from "@/testing/factories";
import { toBubbles } from "../thread/layout";
import { Outbox, type OutboxEntry } from "./outbox";

const refused = (code = "window_closed") => new ApiError(409, code, "No.", undefined, undefined, undefined);
const busy = (after?: number) => new ApiError(503, "unavailable", "Later.", undefined, undefined, after);

/** The server's end: remembers keys, so that the same message is made once. */
function setup(member = "me") {
  const made = new Map<string, Message>();
  const calls: string[] = [];
  let answer: (entry: OutboxEntry) => Promise<void> = async () => {};
  const accepted = vi.fn();
  const outbox = new Outbox({
    member,
    send: async (entry) => {
      calls.push(entry.text);
      await answer(entry);
      const known = made.get(entry.key);
      if (known) return known;
      const created = message({
        direction: "outbound",
        conversation_id: entry.conversation,
        content_text: entry.text,
        idempotency_key: entry.key,
        created_at: new Date().toISOString(),
      });
      made.set(entry.key, created);
      return created;
    },
    onAccepted: accepted,
    random: () => 0.5,
  });
  return {
    outbox,
    made,
    calls,
    accepted,
    answers: (next: typeof answer) => {
      answer = next;
    },
    states: () => outbox.of("c").map((entry) => entry.state),
  };
}

const settle = () => vi.advanceTimersByTimeAsync(1);

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
});
afterEach(() => vi.useRealTimers());

describe("the outbox", () => {
  it("sends at once and forgets what was accepted", async () => {
    const { outbox, accepted, states } = setup();
    outbox.attach();
    outbox.add("c", "Hello", null);
    expect(states()).toEqual(["sending"]);
    await settle();
    expect(states()).toEqual(["accepted"]);
    expect(accepted).toHaveBeenCalledTimes(1);
    expect(localStorage).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(states()).toEqual([]);
  });

  it("shows a message once, whether answer or event comes first", async () => {
    for (const eventFirst of [true, false]) {
      const { outbox, made, answers } = setup(`member ${eventFirst}`);
      let release = () => {};
      answers(
        () =>
          new Promise((done) => {
            release = done;
          }),
      );
      outbox.attach();
      const entry = outbox.add("c", "Hello", null);
      const stored = message({ direction: "outbound", content_text: "Hello", idempotency_key: entry.key });
      made.set(entry.key, stored);
      const rows: Message[] = [];
      const look = () => toBubbles(rows, outbox.of("c"), "me").map((bubble) => bubble.key);
      expect(look()).toEqual([entry.key]);
      const steps = [
        () => {
          rows.push(stored);
          outbox.heard([stored]);
        },
        () => release(),
      ];
      for (const step of eventFirst ? steps : steps.reverse()) {
        step();
        await settle();
        expect(look()).toEqual([entry.key]);
      }
      await vi.advanceTimersByTimeAsync(10_000);
      expect(look()).toEqual([entry.key]);
      expect(outbox.of("c")).toEqual([]);
    }
  });

  it("keeps what meets no server, and sends it again under the same key", async () => {
    const { outbox, made, calls, answers, states } = setup();
    outbox.attach();
    answers(async (entry) => {
      // The message arrives, the answer is lost.
      made.set(entry.key, message({ idempotency_key: entry.key, created_at: new Date().toISOString() }));
      throw new NetworkError();
    });
    outbox.add("c", "Hello", null);
    await settle();
    expect(states()).toEqual(["waiting"]);
    expect(localStorage).toHaveLength(1);
    answers(async () => {});
    outbox.wake();
    await settle();
    expect(states()).toEqual(["accepted"]);
    expect(made.size).toBe(1);
    expect(calls).toEqual(["Hello", "Hello"]);
  });

  it("tries again by itself, and not before it was asked to", async () => {
    const { outbox, calls, answers } = setup();
    outbox.attach();
    answers(async () => {
      throw busy(20_000);
    });
    outbox.add("c", "Hello", null);
    await vi.advanceTimersByTimeAsync(19_000);
    expect(calls).toHaveLength(1);
    answers(async () => {});
    await vi.advanceTimersByTimeAsync(2_000);
    expect(calls).toHaveLength(2);
  });

  it("keeps the order within a conversation, and lets others pass", async () => {
    const { outbox, calls, answers, states } = setup();
    outbox.attach();
    answers(async (entry) => {
      if (entry.conversation === "c") throw new NetworkError();
    });
    outbox.add("c", "one", null);
    await settle();
    outbox.add("c", "two", null);
    outbox.add("other", "three", null);
    await settle();
    expect(states()).toEqual(["waiting", "waiting"]);
    expect(outbox.of("other").map((entry) => entry.state)).toEqual(["accepted"]);
    calls.length = 0;
    answers(async () => {});
    outbox.wake();
    await settle();
    expect(calls).toEqual(["one", "two"]);
  });

  it("holds what was refused with its reason until a human decides, and goes on with the next", async () => {
    const { outbox, answers, states } = setup();
    outbox.attach();
    answers(async (entry) => {
      if (entry.text === "one") throw refused();
    });
    const entry = outbox.add("c", "one", null);
    outbox.add("c", "two", null);
    await settle();
    expect(states()).toEqual(["refused", "accepted"]);
    expect(outbox.of("c")[0]?.problem).toEqual({ code: "window_closed", message: "No." });
    answers(async () => {});
    outbox.retryEntry(entry.key);
    await settle();
    expect(states()).toEqual(["accepted", "accepted"]);
  });

  it("discards for good", async () => {
    const { outbox, answers, states } = setup();
    const end = outbox.attach();
    answers(async () => {
      throw refused();
    });
    const entry = outbox.add("c", "one", null);
    await settle();
    outbox.discard(entry.key);
    end();
    outbox.attach();
    expect(states()).toEqual([]);
  });
});

describe("what is more than text", () => {
  const file = {
    type: "file",
    kind: "image",
    filename: "a.jpg",
    mimeType: "image/jpeg",
    size: 12,
    width: null,
    height: null,
    voice: false,
    durationMs: null,
    mediaId: null,
  } as const;

  it("keeps what was done of it, and tells when it is gone", async () => {
    const gone = vi.fn();
    const tries: (string | null)[] = [];
    const outbox = new Outbox({
      member: "me",
      send: async (entry, keep) => {
        const content = entry.content?.type === "file" ? entry.content : undefined;
        tries.push(content?.mediaId ?? null);
        if (content && !content.mediaId) {
          keep({ ...content, mediaId: "m1" });
          throw new NetworkError();
        }
        return message({ idempotency_key: entry.key });
      },
      onAccepted: () => {},
      onGone: gone,
    });
    outbox.attach();
    const before = vi.fn();
    const entry = outbox.add("c", "", null, file, before);
    expect(before).toHaveBeenCalledWith(entry.key);
    await settle();
    expect(outbox.of("c")[0]).toMatchObject({ state: "waiting", content: { mediaId: "m1" } });
    expect(localStorage.getItem(`recado.outbox.me.${entry.key}`)).toContain("m1");
    outbox.wake();
    await settle();
    expect(tries).toEqual([null, "m1"]);
    expect(gone).toHaveBeenCalledExactlyOnceWith(entry.key, true);
    outbox.discard(entry.key);
    expect(gone).toHaveBeenLastCalledWith(entry.key, false);
  });
});

describe("after a reload", () => {
  it("sends what was left, under the same key", async () => {
    const before = setup();
    before.answers(async () => {
      throw new NetworkError();
    });
    const end = before.outbox.attach();
    const entry = before.outbox.add("c", "Hello", "quoted");
    await settle();
    end();
    const after = setup();
    after.outbox.attach();
    expect(after.outbox.of("c")).toMatchObject([{ key: entry.key, text: "Hello", replyTo: "quoted" }]);
    await settle();
    expect([...after.made.keys()]).toEqual([entry.key]);
  });

  it("asks before sending what the server may have forgotten the key of", async () => {
    const before = setup();
    before.answers(async () => {
      throw new NetworkError();
    });
    const end = before.outbox.attach();
    before.outbox.add("c", "Hello", null);
    await settle();
    end();
    vi.setSystemTime(Date.now() + 30 * 3_600_000);
    const after = setup();
    after.outbox.attach();
    await settle();
    expect(after.calls).toEqual([]);
    expect(after.outbox.of("c")).toMatchObject([{ state: "refused", problem: { code: "too_old" } }]);
  });

  it("leaves alone what another member of this device wrote, and what it cannot read", async () => {
    const other = setup("other");
    other.answers(async () => {
      throw new NetworkError();
    });
    const end = other.outbox.attach();
    other.outbox.add("c", "Not mine", null);
    await settle();
    end();
    localStorage.setItem("recado.outbox.me.x", "{broken");
    localStorage.setItem("recado.outbox.me.y", '{"key":1}');
    const mine = setup();
    mine.outbox.attach();
    expect(mine.outbox.of("c")).toEqual([]);
  });
});
