import { describe, expect, it } from "vitest";
import { grouped, isDialled, read } from "./phones";

describe("phones", () => {
  it("reads what people type between digits, digits of other scripts, and what is copied along unseen", () => {
    expect(read("(0151) 234-56.78 / 9", "DE")).toMatchObject({ phone: "+4915123456789" });
    expect(read("\u202a+49 151 23456789\u202c")).toMatchObject({ phone: "+4915123456789" });
    expect(read("+٩٦٦ ٥٠ ١٢٣ ٤٥٦٧")).toMatchObject({ phone: "+966501234567" });
    expect(read("۰۹۱۲ ۳۴۵ ۶۷۸۹", "IR")).toMatchObject({ phone: "+989123456789" });
  });

  it("puts phones together as their country does", () => {
    // As it is dialled within the country; in Italy the zero is part of it.
    expect(read("0151 12345678", "DE")).toEqual({
      phone: "+4915112345678",
      shown: "+49 1511 2345678",
      unlike: false,
    });
    expect(read("06 698 12345", "IT")).toMatchObject({ phone: "+390669812345" });
    // Its own country comes before the one that is chosen, with the prefix of another one, too.
    expect(read("+55 11 91234-5678", "DE")).toMatchObject({ phone: "+5511912345678" });
    expect(read("0034 612 345 678", "US")).toMatchObject({ phone: "+34612345678" });
  });

  it.each([
    ["", "DE", "none"],
    ["Ana", "DE", "none"],
    ["call 0151 12345678", "DE", "none"],
    ["+999 123456789", "DE", "code"],
    ["0151 12345678", undefined, "code"],
    ["12", "US", "short"],
    ["+1 415 555", "US", "short"],
    ["1".repeat(17), "BR", "long"],
    ["444 1 4444", "TR", "length"],
    ["111 111 1111", "US", "unlike"],
  ] as const)("says what is wrong with %j in %j", (text, country, wrong) => {
    expect(read(text, country)).toEqual({ wrong });
  });

  it("takes with its country code what the tables do not know", () => {
    expect(read("+1 111 111 1111", "DE")).toMatchObject({ phone: "+11111111111", unlike: true });
  });

  it("groups what is being typed, and leaves alone what is no phone", () => {
    expect(grouped("2133734", "US")).toBe("(213) 373-4");
    expect(grouped("+4915123", "US")).toBe("+49 1512 3");
    expect(grouped("004915123", "US")).toBe("+49 1512 3");
    expect(grouped("+٤٩١٥١٢٣", "US")).toBe("+49 1512 3");
    for (const text of ["", "+", "call me", "12 or so"]) expect(grouped(text, "US")).toBe(text);
    expect(isDialled("+49 (151)")).toBe(true);
    expect(isDialled("12 or so")).toBe(false);
  });
});
