/** Every language says everything English says, with the same blanks to fill and all its plural forms. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { LANGUAGES, type Language } from ".";

type Texts = { [key: string]: string | Texts };

const read = (language: Language): Map<string, string> =>
  new Map(
    ["", "manage/"].flatMap((part) => [
      ...flatten(JSON.parse(readFileSync(`src/i18n/locales/${part}${language}.json`, "utf8"))),
    ]),
  );

const PLURAL = /_(zero|one|two|few|many|other)$/;
const blanks = (text: string) => [...new Set(text.match(/\{\{\w+\}\}/g) ?? [])].sort();
const english = read("en");
const plain = [...english].filter(([key]) => !PLURAL.test(key));
const counted = new Set(
  [...english.keys()].filter((key) => PLURAL.test(key)).map((key) => key.replace(PLURAL, "")),
);

describe.each(Object.keys(LANGUAGES) as Language[])("%s", (language) => {
  const texts = read(language);
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;

  it("has every text, with the same blanks", () => {
    for (const [key, text] of plain) {
      expect(texts.get(key), key).toBeTruthy();
      expect(blanks(texts.get(key) ?? ""), key).toEqual(blanks(text));
    }
  });

  it("has every plural form, and none that its grammar does not know", () => {
    for (const key of counted) {
      for (const form of forms) expect(texts.get(`${key}_${form}`), `${key}_${form}`).toBeTruthy();
    }
    const known = new Set([
      ...plain.map(([key]) => key),
      ...[...counted].flatMap((key) => forms.map((form) => `${key}_${form}`)),
    ]);
    expect([...texts.keys()].filter((key) => !known.has(key))).toEqual([]);
  });

  it("is a language of its own", () => {
    if (language === "en") return;
    const same = plain.filter(
      ([key, text]) => texts.get(key) === text && /\p{L}{3}/u.test(text.replace(/\{\{\w+\}\}/g, "")),
    );
    expect(same.length / plain.length).toBeLessThan(0.08);
  });
});

function flatten(texts: Texts, prefix = ""): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === "string") flat.set(prefix + key, value);
    else for (const [inner, text] of flatten(value, `${prefix}${key}.`)) flat.set(inner, text);
  }
  return flat;
}
