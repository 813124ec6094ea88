import { describe, expect, it } from "vitest";
import { COUNTRIES, countryOf, dialled, international, named } from "./countries";

const germany = { region: "DE", code: "49" };

describe("countries", () => {
  it("has every region once, and most of the world", () => {
    const regions = COUNTRIES.map(({ region }) => region);
    expect(new Set(regions).size).toBe(regions.length);
    expect(regions.length).toBeGreaterThan(230);
    expect(named("en").find(({ name }) => name === "Germany")).toMatchObject(germany);
    expect(named("ar")[0]?.name).toMatch(/\p{Script=Arabic}/u);
  });

  it("knows a country by how a phone begins", () => {
    expect(countryOf("+49 151 23456789")?.region).toBe("DE");
    expect(countryOf("0044 20 7946 0000")?.region).toBe("GB");
    expect(countryOf("+1 (868) 555-0100")?.region).toBe("TT");
    expect(countryOf("+1 415 555 0100")?.region).toBe("US");
    expect(countryOf("+351")?.region).toBe("PT");
    expect(countryOf("+999 1")).toBeUndefined();
    expect(countryOf("0151 2345")).toBeUndefined();
  });

  it("reads what people type between digits, and digits of other scripts", () => {
    expect(dialled("(0151) 234-56.78 / 9")).toBe("015123456789");
    expect(dialled("\u202a+49 151\u202c")).toBe("+49151");
    expect(dialled("+٩٦٦ ٥٠ ١٢٣ ٤٥٦٧")).toBe("+966501234567");
    expect(dialled("۰۹۱۲")).toBe("0912");
    expect(dialled("Ana")).toBeUndefined();
    expect(dialled("12+3")).toBeUndefined();
    expect(dialled("")).toBeUndefined();
  });

  it("puts phones together", () => {
    expect(international(germany, "1511 2345678")).toBe("+4915112345678");
    // As it is dialled within the country; in Italy the zero is part of it.
    expect(international(germany, "0151 12345678")).toBe("+4915112345678");
    expect(international({ region: "IT", code: "39" }, "06 698 12345")).toBe("+390669812345");
    // Its own country comes before the one that is chosen.
    expect(international(germany, "+55 11 91234-5678")).toBe("+5511912345678");
    expect(international(germany, "0034 600 000 000")).toBe("+34600000000");
    expect(international(germany, "12")).toBeUndefined();
    expect(international(germany, "1".repeat(20))).toBeUndefined();
    expect(international(germany, "Ana")).toBeUndefined();
  });
});
