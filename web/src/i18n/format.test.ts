import { describe, expect, it } from "vitest";
import { createFormat, regional } from "./format";

const NOW = Date.parse("2026-07-08T15:00:00.000Z");
const format = createFormat("en-GB", "UTC");

describe("times of rows", () => {
  it.each([
    ["2026-07-08T14:59:30.000Z", "now"],
    ["2026-07-08T14:48:00.000Z", "12m"],
    ["2026-07-08T09:05:00.000Z", "09:05"],
    ["2026-07-07T23:59:00.000Z", "Yesterday"],
    ["2026-07-04T10:00:00.000Z", "Sat"],
    ["2026-05-02T10:00:00.000Z", "2 May"],
    ["2024-05-02T10:00:00.000Z", "02/05/2024"],
  ])("%s is %s", (iso, shown) => {
    expect(format.short(iso, NOW)).toBe(shown);
  });
});

it("counts days in the reader's zone", () => {
  const late = "2026-07-08T01:30:00.000Z";
  expect(format.day(late, NOW)).toBe("Today");
  expect(createFormat("en-GB", "America/Sao_Paulo").day(late, NOW)).toBe("Yesterday");
  expect(createFormat("pt-BR", "America/Sao_Paulo").day(late, NOW)).toBe("Ontem");
});

it.each([
  [30_000, "1m"],
  [12 * 60_000, "12m"],
  [200 * 60_000, "3h 20m"],
  [180 * 60_000, "3h"],
  [23.9 * 3_600_000, "23h"],
])("%d ms are %s", (ms, shown) => {
  expect(format.left(ms)).toBe(shown);
});

it("takes the reader's own variant of a language", () => {
  expect(regional("pt", ["en-US", "pt-BR", "pt-PT"])).toBe("pt-BR");
  expect(regional("es", ["en-US"])).toBe("es");
});

describe("sizes, lengths and prices", () => {
  const format = createFormat("en-US");
  it.each([
    [12, "12 bytes"],
    [28_410, "28 kB"],
    [5 * 1024 * 1024, "5 MB"],
    [2_412_000, "2.3 MB"],
    [100 * 1024 * 1024, "100 MB"],
  ])("%s bytes", (count, text) => {
    expect(format.size(count)).toBe(text);
  });

  it("of sounds are minutes and seconds", () => {
    expect(format.duration(7_400)).toBe("0:07");
    expect(format.duration(754_000)).toBe("12:34");
    expect(format.duration(-1)).toBe("0:00");
  });

  it("of money survive a currency that nobody knows", () => {
    expect(format.money(12.5, "BRL")).toBe("R$12.50");
    expect(format.money(12.5, "COFFEE")).toBe("12.5 COFFEE");
    expect(format.money(12.5, null)).toBe("12.5");
  });
});
