import { describe, expect, it } from "vitest";
import { asideOfActivity } from "@/live/timeline";
import { at, message } from "@/testing/factories";
import type { OutboxEntry } from "../outbox";
import { firstUnread, keyOf, layOut, toBubbles } from "./layout";

const day = (iso: string) => iso.slice(0, 10);
const entry = (change: Partial<OutboxEntry> = {}): OutboxEntry => ({
  key: "k1",
  conversation: "c",
  text: "On its way",
  content: null,
  replyTo: null,
  at: at(50),
  state: "sending",
  problem: null,
  acceptedAt: null,
  ...change,
});
const runs = (rows: Parameters<typeof toBubbles>[0]) =>
  layOut(toBubbles(rows, [], "me"), day, null)
    .flatMap((each) => each.items)
    .map((item) =>
      item.kind === "bubble" ? `${item.first ? "[" : ""}${item.bubble.text}${item.last ? "]" : ""}` : "---",
    )
    .join(" ");

describe("runs", () => {
  const say = (text: string, minute: number, outbound = false, sender: string | null = null) =>
    message({
      content_text: text,
      created_at: at(minute),
      direction: outbound ? "outbound" : "inbound",
      sender_id: sender,
    });

  it("join what one sender says within five minutes", () => {
    expect(runs([say("a", 0), say("b", 4), say("c", 8), say("d", 13)])).toBe("[a b c] [d]");
  });

  it("break when another speaks, be it another of the team", () => {
    expect(runs([say("a", 0), say("b", 1, true, "x"), say("c", 2, true, "y"), say("d", 3, true, "y")])).toBe(
      "[a] [b] [c d]",
    );
  });

  it("break at the end of a day and at the unread divider", () => {
    const late = message({ content_text: "a", created_at: "2026-07-01T23:59:00.000Z" });
    const early = message({ content_text: "b", created_at: "2026-07-02T00:01:00.000Z" });
    const next = message({ content_text: "c", created_at: "2026-07-02T00:02:00.000Z" });
    expect(runs([late, early])).toBe("[a] [b]");
    const days = layOut(toBubbles([late, early, next], [], "me"), day, { key: keyOf(next), count: 1 });
    expect(days.map((each) => each.key)).toEqual(["2026-07-01", "2026-07-02"]);
    expect(days[1]?.items.map((item) => item.kind)).toEqual(["bubble", "unread", "bubble"]);
  });
});

describe("notes and what happened", () => {
  const line = (created_at: string) =>
    asideOfActivity({
      id: created_at,
      conversation_id: "c",
      kind: "woke",
      actor_type: "system",
      actor_id: null,
      created_at,
    });

  it("stand where they happened, end a run, and open days of their own", () => {
    const rows = [message({ created_at: at(0) }), message({ created_at: at(2) })];
    const asides = [line(at(1)), line(at(3)), line("2026-07-02T08:00:00.000Z")];
    const days = layOut(toBubbles(rows, [], "me"), day, null, asides);
    expect(days.map((each) => each.key)).toEqual(["2026-07-01", "2026-07-02"]);
    const kinds = days.map((each) => each.items.map((item) => item.kind));
    expect(kinds).toEqual([["bubble", "aside", "bubble", "aside"], ["aside"]]);
    const [first, , second] = days[0]?.items ?? [];
    expect(first).toMatchObject({ first: true, last: true });
    expect(second).toMatchObject({ first: true, last: true });
  });

  it("are shown where there are no messages", () => {
    expect(layOut([], day, null, [line(at(1))])).toHaveLength(1);
  });
});

describe("what the provider says", () => {
  it("is a line between the bubbles and ends a run", () => {
    const rows = [
      message({ content_text: "a", created_at: at(0) }),
      message({ content_type: "system", sender_type: "system", created_at: at(1) }),
      message({ content_text: "b", created_at: at(2) }),
    ];
    const items = layOut(toBubbles(rows, [], "me"), day, null).flatMap((each) => each.items);
    expect(items.map((item) => item.kind)).toEqual(["bubble", "line", "bubble"]);
    expect(items.map((item) => item.kind === "bubble" && [item.first, item.last])).toEqual([
      [true, true],
      false,
      [true, true],
    ]);
  });

  it("and what was written on the phone is not of one run with what was written here", () => {
    const ours = { direction: "outbound", sender_id: null } as const;
    const rows = [
      message({ ...ours, created_at: at(0) }),
      message({ ...ours, created_at: at(1), is_echo: true }),
    ];
    expect(
      layOut(toBubbles(rows, [], "me"), day, null)[0]?.items.map(
        (item) => item.kind === "bubble" && item.first,
      ),
    ).toEqual([true, true]);
  });
});

describe("a file on its way", () => {
  it("is shown with what is known of it", () => {
    const content = {
      type: "file",
      kind: "image",
      filename: "a.jpg",
      mimeType: "image/jpeg",
      size: 12,
      width: 4,
      height: 3,
      voice: false,
      durationMs: null,
      mediaId: null,
    } as const;
    expect(toBubbles([], [entry({ content, text: "" })], "me")[0]).toMatchObject({
      contentType: "image",
      text: null,
      media: { filename: "a.jpg", width: 4, height: 3, state: "stored" },
    });
  });
});

describe("what is on its way", () => {
  it("stands at the end until the server has it, under the same key", () => {
    const rows = [message({ created_at: at(1) })];
    expect(toBubbles(rows, [entry()], "me").at(-1)).toMatchObject({
      key: "k1",
      id: null,
      status: "sending",
      senderId: "me",
    });
    const stored = message({ direction: "outbound", idempotency_key: "k1", created_at: at(50) });
    const after = toBubbles([...rows, stored], [entry({ state: "accepted" })], "me");
    expect(after).toHaveLength(2);
    expect(after.at(-1)).toMatchObject({ key: "k1", id: stored.id, status: "queued" });
  });

  it("never opens a day before the one above it, whatever this device's clock says", () => {
    const days = layOut(
      toBubbles([message({ created_at: at(1) })], [entry({ at: "2026-06-01T00:00:00.000Z" })], "me"),
      day,
      null,
    );
    expect(days).toHaveLength(1);
  });
});

describe("the first unread message", () => {
  const rows = [
    message({ created_at: at(1) }),
    message({ created_at: at(2) }),
    message({ created_at: at(3), direction: "outbound" }),
    message({ created_at: at(4) }),
  ];

  it("is counted from the end, over our own", () => {
    expect(firstUnread(rows, 2)?.key).toBe(rows[1]?.id);
    expect(firstUnread(rows, 1)?.key).toBe(rows[3]?.id);
  });

  it("is the first one loaded when there are more than that, and none when there is none", () => {
    expect(firstUnread(rows, 80)).toEqual({ key: rows[0]?.id, count: 80 });
    expect(firstUnread(rows, 0)).toBeNull();
    expect(firstUnread([], 3)).toBeNull();
  });
});
