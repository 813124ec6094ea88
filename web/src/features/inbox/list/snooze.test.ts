import { expect, it } from "vitest";
import { wall } from "@/i18n/clock";
import { snoozeChoices } from "./snooze";

const offered = (now: Date, zone?: string) =>
  snoozeChoices(now, zone).map(({ id, until }) => `${id} ${wall(until, zone).replace("2026-", "")}`);

it("offers times that are still to come, each once", () => {
  // A Wednesday morning.
  expect(offered(new Date(2026, 6, 1, 10, 15))).toEqual([
    "later 07-01T13:15",
    "evening 07-01T18:00",
    "tomorrow 07-02T09:00",
    "monday 07-06T09:00",
  ]);
  // In the afternoon the evening is near.
  expect(offered(new Date(2026, 6, 1, 15))[1]).toBe("tomorrow 07-02T09:00");
  // On a Sunday tomorrow is Monday; on a Monday the next one is a week away.
  expect(offered(new Date(2026, 6, 5, 20)).at(-1)).toBe("tomorrow 07-06T09:00");
  expect(offered(new Date(2026, 6, 6, 8)).at(-1)).toBe("monday 07-13T09:00");
});

it("goes by the clock of the zone that the reader has chosen, whatever the browser's is", () => {
  // A Tuesday night in Lisbon is a Wednesday morning in Tokyo.
  const now = new Date("2026-06-30T22:15:00Z");
  expect(offered(now, "Asia/Tokyo")).toEqual([
    "later 07-01T10:15",
    "evening 07-01T18:00",
    "tomorrow 07-02T09:00",
    "monday 07-06T09:00",
  ]);
  expect(offered(now, "Europe/Lisbon")).toEqual([
    "later 07-01T02:15",
    "tomorrow 07-01T09:00",
    "monday 07-06T09:00",
  ]);
});
