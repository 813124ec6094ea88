import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ClientFrame } from "./frames";
import { Presence } from "./presence";

const said: ClientFrame[] = [];
const presence = () => new Presence("me", (frame) => said.push(frame));
const member = (id: string, online = true) => ({ member_id: id, online, viewing: [], typing: [] });

beforeEach(() => {
  said.length = 0;
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

it("knows the others who are here, and nobody once the connection is lost", () => {
  const here = presence();
  here.heard([member("me"), member("ana"), member("tom")]);
  expect([...here.current().keys()]).toEqual(["ana", "tom"]);
  here.heard([member("tom", false)]);
  expect([...here.current().keys()]).toEqual(["ana"]);
  here.connected(false);
  expect(here.current().size).toBe(0);
});

it("says what it shows once, and again to a new connection", () => {
  const here = presence();
  here.view("c1");
  here.view("c1");
  here.connected(true);
  expect(said).toEqual([
    { type: "viewing", conversation_id: "c1" },
    { type: "viewing", conversation_id: "c1" },
  ]);
});

it("says that somebody types every few seconds, and when they have stopped", () => {
  const here = presence();
  for (let second = 0; second < 9; second++) {
    here.type("c1");
    vi.advanceTimersByTime(1_000);
  }
  expect(said.length).toBe(3);
  vi.advanceTimersByTime(5_000);
  expect(said.at(-1)).toEqual({ type: "typing", conversation_id: "c1", on: false });
  here.type("c1");
  here.view("c2");
  expect(said.slice(-2)).toEqual([
    { type: "typing", conversation_id: "c1", on: false },
    { type: "viewing", conversation_id: "c2" },
  ]);
});
