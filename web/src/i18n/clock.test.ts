import { describe, expect, it } from "vitest";
import { daysAfter, instant, wall, weekday } from "./clock";

describe("clocks in other zones", () => {
  it("show another time, and are read back to the same moment", () => {
    const moment = new Date("2026-07-01T22:30:00Z");
    for (const [zone, shown] of [
      ["Asia/Tokyo", "2026-07-02T07:30"],
      ["America/Sao_Paulo", "2026-07-01T19:30"],
      ["Asia/Kathmandu", "2026-07-02T04:15"],
      ["UTC", "2026-07-01T22:30"],
    ] as const) {
      expect(wall(moment, zone)).toBe(shown);
      expect(instant(shown, zone)).toEqual(moment);
    }
    expect(instant(wall(moment))).toEqual(moment);
    expect(instant("")).toBeUndefined();
  });

  it("knows that clocks are changed", () => {
    // The night after which it is summer in Berlin: 2:30 is left out.
    expect(instant("2026-03-29T01:30", "Europe/Berlin")?.toISOString()).toBe("2026-03-29T00:30:00.000Z");
    expect(instant("2026-03-29T02:30", "Europe/Berlin")?.toISOString()).toBe("2026-03-29T01:30:00.000Z");
    expect(instant("2026-03-29T09:00", "Europe/Berlin")?.toISOString()).toBe("2026-03-29T07:00:00.000Z");
    expect(instant("2026-10-25T09:00", "Europe/Berlin")?.toISOString()).toBe("2026-10-25T08:00:00.000Z");
  });

  it("counts days across months and years", () => {
    expect(daysAfter("2026-12-31", 1)).toBe("2027-01-01");
    expect(daysAfter("2028-02-28", 1)).toBe("2028-02-29");
    expect(weekday("2026-07-05")).toBe(0);
  });
});
