import { describe, expect, it } from "vitest";
import type { Channel } from "@/api/types";
import {
  chatLink,
  dailyLimit,
  errorReason,
  isSender,
  newVerifyToken,
  sandboxLink,
  senderOf,
  stateOf,
} from "./health";

const channel = (change: Partial<Channel> = {}, health: Partial<Channel["health"]> = {}): Channel => ({
  id: "c",
  label: "Shop",
  kind: "meta",
  display_phone: "+1 555-010-4477",
  is_default: true,
  status: "connected",
  assigned_member_id: "m",
  auto_assign: "off",
  connected_at: "2026-07-01T00:00:00.000Z",
  ...change,
  health: {
    quality: "GREEN",
    limit: null,
    trouble: null,
    last_webhook_at: "2026-07-08T12:00:00.000Z",
    last_error: null,
    checked_at: null,
    ...health,
  },
});

describe("the state of a number", () => {
  const error = (at: string) => ({ reason: "number_unhealthy" as const, message: "", at });
  it.each([
    ["ready", channel()],
    ["off", channel({ status: "inactive" }, { trouble: "Banned" })],
    ["trouble", channel({}, { trouble: "Banned", quality: "RED" })],
    ["error", channel({}, { last_error: error("2026-07-08T12:00:01.000Z") })],
    // Something has arrived since: it works again.
    ["ready", channel({}, { last_error: error("2026-07-08T11:00:00.000Z") })],
    ["error", channel({}, { last_error: error("2026-07-08T11:00:00.000Z"), last_webhook_at: null })],
    ["lowQuality", channel({}, { quality: "RED" })],
    ["waiting", channel({}, { last_webhook_at: null })],
    ["ready", channel({ kind: "sandbox" }, { last_webhook_at: null })],
  ] as const)("is %s", (state, number) => {
    expect(stateOf(number)).toBe(state);
  });
});

it.each([
  ["TIER_50", 50],
  ["TIER_250", 250],
  ["TIER_2K", 2_000],
  ["TIER_100K", 100_000],
  ["TIER_1M", 1_000_000],
  ["TIER_UNLIMITED", "unlimited"],
  ["1K Customers/24hr", 1_000],
  ["TIER_NOT_SET", null],
  [null, null],
])("%s lets %s customers a day be written to", (word, count) => {
  expect(dailyLimit(word)).toBe(count);
});

it("takes a sender as people type it", () => {
  expect(senderOf(" +351 21 555 01-82 ")).toBe("whatsapp:+351215550182");
  expect(senderOf("whatsapp:+1 (555) 010 4477")).toBe("whatsapp:+15550104477");
  expect(senderOf("0049 151 2345")).toBe("whatsapp:+491512345");
  expect(isSender(senderOf("+351 21 555 0182"))).toBe(true);
  expect(isSender(senderOf("215550182"))).toBe(false);
});

it("links to the chat and to the simulated phones", () => {
  expect(chatLink("+55 11 4002-8922", "Hi & hello")).toBe("https://wa.me/551140028922?text=Hi%20%26%20hello");
  expect(sandboxLink({ protocol: "http:", hostname: "127.0.0.1", port: "8080" })).toBe(
    "http://127.0.0.1:8081/sandbox",
  );
});

it("keeps what it does not know from being a key of texts", () => {
  expect(errorReason("number_unhealthy")).toBe("number_unhealthy");
  expect(errorReason("opted_out")).toBe("other");
});

it("makes verify tokens nobody has to guess at", () => {
  expect(newVerifyToken()).toMatch(/^[a-z2-9]{24}$/);
  expect(newVerifyToken()).not.toBe(newVerifyToken());
});
