import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeServer } from "@/testing/FakeServer";
import { conversation } from "@/testing/factories";
import { LiveSocket, type LiveState } from "./socket";

const row = conversation();
const news = { event: "conversation.updated", data: { conversation: row } } as const;

function setup() {
  const server = new FakeServer();
  const seen: number[] = [];
  const states: LiveState[] = [];
  const handlers = {
    onEvents: vi.fn((events: { seq: number }[]) => {
      seen.push(...events.map((event) => event.seq));
    }),
    onReset: vi.fn(),
    onState: (state: LiveState) => states.push(state),
    onSignedOut: vi.fn(),
    onRefused: vi.fn(),
  };
  const socket = new LiveSocket({ url: "ws://x/live", open: server.open, random: () => 0.5 }, handlers);
  return { server, seen, states, handlers, socket };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const settle = () => vi.advanceTimersByTimeAsync(20);

describe("the live socket", () => {
  it("comes back from where it was, and takes each event once", async () => {
    const { server, seen, states, socket } = setup();
    socket.start(0);
    await settle();
    server.append(news);
    server.append(news);
    await settle();
    server.current?.cut(1006);
    server.append(news);
    expect(states.at(-1)).toBe("waiting");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.sockets.at(-1)?.since).toBe(2);
    server.append(news);
    await settle();
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(states).toEqual(["connecting", "open", "waiting", "connecting", "open"]);
  });

  it("applies what comes together at once", async () => {
    const { server, handlers, socket } = setup();
    socket.start(0);
    await settle();
    for (let at = 0; at < 300; at++) server.append(news);
    await settle();
    expect(handlers.onEvents).toHaveBeenCalledTimes(1);
    expect(handlers.onEvents.mock.calls[0]?.[0]).toHaveLength(300);
  });

  it("waits longer each time, up to a point, and asks why it was refused", async () => {
    const { server, handlers, socket } = setup();
    server.down = true;
    socket.start(0);
    await vi.advanceTimersByTimeAsync(60_000);
    const early = server.sockets.length;
    expect(early).toBeGreaterThan(4);
    expect(early).toBeLessThan(12);
    expect(handlers.onRefused).toHaveBeenCalledTimes(early);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.sockets.length - early).toBeLessThanOrEqual(5);
  });

  it("goes back at once when somebody looks or the network returns", async () => {
    const { server, socket } = setup();
    server.down = true;
    socket.start(0);
    await vi.advanceTimersByTimeAsync(60_000);
    const before = server.sockets.length;
    server.down = false;
    socket.visible(true);
    await settle();
    expect(server.sockets.length).toBe(before + 1);
    expect(server.current?.closed).toBe(false);
    socket.online();
    await settle();
    expect(server.sockets.length).toBe(before + 2);
  });

  it("trusts no socket after a long time out of sight", async () => {
    const { server, socket } = setup();
    socket.start(0);
    await settle();
    socket.visible(false);
    await vi.advanceTimersByTimeAsync(5_000);
    socket.visible(true);
    expect(server.sockets).toHaveLength(1);
    socket.visible(false);
    await vi.advanceTimersByTimeAsync(60_000);
    socket.visible(true);
    expect(server.sockets).toHaveLength(2);
  });

  it("goes back for what it missed when it sees a hole", async () => {
    const { server, seen, socket } = setup();
    socket.start(0);
    await settle();
    server.append(news);
    server.current?.say({ type: "event", seq: 3, at: "", ...news });
    await settle();
    server.append(news);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(seen).toEqual([1, 2]);
    expect(server.sockets.at(-1)?.since).toBe(1);
  });

  it("moves on over frames that are not for this member", async () => {
    const { server, seen, handlers, socket } = setup();
    socket.start(4);
    await settle();
    server.current?.say({ type: "skip", seq: 5 });
    server.current?.say({ type: "event", seq: 6, at: "", event: "tomorrow.invented", data: {} });
    server.current?.say({ type: "event", seq: 7, at: "", ...news });
    await settle();
    expect(seen).toEqual([7]);
    expect(handlers.onEvents).toHaveBeenLastCalledWith(expect.anything(), 7);
  });

  it("starts anew after a reset", async () => {
    const { server, seen, handlers, socket } = setup();
    socket.start(1);
    await settle();
    server.current?.say({ type: "reset", seq: 90 });
    server.current?.say({ type: "event", seq: 91, at: "", ...news });
    await settle();
    expect(handlers.onReset).toHaveBeenCalledWith(90);
    expect(seen).toEqual([91]);
  });

  it("tells a restart of the server from the end of the session", async () => {
    const { server, handlers, states, socket } = setup();
    socket.start(0);
    await settle();
    server.current?.cut(1012);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(states.at(-1)).toBe("open");
    expect(handlers.onRefused).not.toHaveBeenCalled();
    server.current?.cut(4401);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(handlers.onSignedOut).toHaveBeenCalledTimes(1);
    expect(states.at(-1)).toBe("off");
    expect(server.sockets).toHaveLength(2);
  });
});
