import { expect, it } from "vitest";
import { message } from "@/testing/factories";
import { answeredBy } from "./collision";

const began = Date.parse("2026-01-01T10:00:00.000Z");
const reply = (sender: string | null, at: string) =>
  message({ direction: "outbound", sender_id: sender, created_at: at });
const LATER = "2026-01-01T10:00:05.000Z";

it("warns of a colleague's reply that is newer than what one began to write", () => {
  expect(answeredBy([reply("tom", LATER)], "me", began)?.sender_id).toBe("tom");
});

it("keeps quiet about one's own, older ones, programs, and while nobody writes", () => {
  expect(answeredBy([reply("me", LATER)], "me", began)).toBeNull();
  expect(answeredBy([reply("tom", "2026-01-01T09:00:00.000Z")], "me", began)).toBeNull();
  expect(answeredBy([reply(null, LATER)], "me", began)).toBeNull();
  expect(answeredBy([reply("tom", LATER)], "me", null)).toBeNull();
  expect(answeredBy([message({ created_at: LATER })], "me", began)).toBeNull();
});
