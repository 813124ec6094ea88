import { getCountries, getCountryCallingCode } from "libphonenumber-js/max";
import { describe, expect, it } from "vitest";
import { countryOf, isCountry, movedTo, named } from "./countries";

describe("countries", () => {
  it("are all there, by the names of the reader's language", () => {
    const english = named("en");
    expect(english.length).toBeGreaterThan(230);
    expect(english.find(({ name }) => name === "Germany")).toEqual({
      region: "DE",
      code: "49",
      name: "Germany",
    });
    for (const { name } of named("ar")) expect(name).toMatch(/\p{Script=Arabic}/u);
    expect(isCountry("DE")).toBe(true);
    expect(isCountry("Germany")).toBe(false);
    expect(isCountry(null)).toBe(false);
  });

  it.each([
    ["+49 151 23456789", "DE"],
    ["0044 20 7946 0000", "GB"],
    ["+1 (868) 555-0100", "TT"],
    ["+1 416 555 0100", "CA"],
    ["+1 415 555 0100", "US"],
    ["+351", "PT"],
    ["+999 1", undefined],
    ["0151 2345", undefined],
    ["+", undefined],
  ])("%s is of %s", (phone, region) => {
    expect(countryOf(phone)).toBe(region);
  });

  it("begins with the country that most people mean, for every code", () => {
    expect(countryOf("+1")).toBe("US");
    expect(countryOf("+44")).toBe("GB");
    expect(countryOf("+7")).toBe("RU");
    // Unless it is one of those with the code that is chosen already.
    expect(countryOf("+1", "CA")).toBe("CA");
    expect(countryOf("+49", "CA")).toBe("DE");
    for (const code of new Set(getCountries().map((region) => getCountryCallingCode(region)))) {
      expect([code, countryOf(`+${code}`)]).not.toContain(undefined);
    }
  });

  it("takes the number along to another country", () => {
    expect(movedTo("CA", "+1 416 555 0100")).toBe("(416) 555-0100");
    expect(movedTo("US", "2133734253")).toBe("(213) 373-4253");
    expect(movedTo("US", "+49")).toBe("");
    expect(movedTo("US", "call me")).toBe("call me");
  });
});
