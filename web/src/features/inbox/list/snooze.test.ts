import { expect, it } from "vitest";
import { localInput, snoozeChoices } from "./snooze";

const offered = (now: Date) =>
  snoozeChoices(now).map(({ id, until }) => `${id} ${localInput(until).replace("2026-", "")}`);

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
