/** The choice of a country beside a phone, and what one does to the other. Pure. */
import {
  AsYouType,
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  isSupportedCountry,
} from "libphonenumber-js/max";
import metadata from "libphonenumber-js/max/metadata";
import { grouped, plain } from "@/contacts/phones";

export type Country = { region: CountryCode; code: string; name: string };

/** All countries by what they are called in a language. */
export function named(language: string): Country[] {
  const names = new Intl.DisplayNames([language], { type: "region" });
  const order = new Intl.Collator(language);
  return getCountries()
    .map((region) => ({ region, code: getCountryCallingCode(region), name: names.of(region) ?? region }))
    .sort((a, b) => order.compare(a.name, b.name));
}

/** The country of a phone in international form, as far as it is typed; `near` while others with its code are as likely. */
export function countryOf(phone: string, near?: CountryCode): CountryCode | undefined {
  const typed = new AsYouType();
  typed.input(plain(phone));
  if (!typed.isInternational()) return undefined;
  const code = typed.getCallingCode();
  if (!code) return undefined;
  const told = typed.getCountry();
  if (told) return told;
  if (near && getCountryCallingCode(near) === code) return near;
  // The first of those that share a code is the one it is known by.
  return metadata.country_calling_codes[code]?.[0];
}

/** The same phone once another country is chosen for it. */
export function movedTo(region: CountryCode, phone: string): string {
  const typed = new AsYouType();
  typed.input(plain(phone));
  if (!typed.isInternational()) return grouped(phone, region);
  return grouped(typed.getNumber()?.nationalNumber ?? "", region);
}

export function isCountry(region: string | null): region is CountryCode {
  return region !== null && isSupportedCountry(region);
}
