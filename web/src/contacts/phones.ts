/**
 * Phones as people type and paste them. The countries' plans come from libphonenumber, which is large: only for what is
 * loaded when it is wanted. What its tables say against a number with its country code is advice, but for the length, as
 * it is on the server: new ranges open faster than they are published.
 */
import {
  AsYouType,
  type CountryCode,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
} from "libphonenumber-js/max";

/** Why it is no phone: `unlike` has the right length, but no number of the country is known to look like it. */
export type Wrong = "none" | "code" | "short" | "long" | "length" | "unlike";

export type Reading =
  | {
      /** `+4915112345678` */
      phone: string;
      /** `+49 1511 2345678` */
      shown: string;
      /** It has its country code, so that it is taken; yet no number of the country is known to look like it. */
      unlike: boolean;
    }
  | { wrong: Wrong };

const LENGTHS: Record<string, Wrong> = {
  NOT_A_NUMBER: "none",
  INVALID_COUNTRY: "code",
  TOO_SHORT: "short",
  TOO_LONG: "long",
  INVALID_LENGTH: "length",
};

/** As a phone of the country, unless it says which country it is of. The server has the last word. */
export function read(text: string, country?: CountryCode): Reading {
  const typed = plain(text);
  const how = { ...(country ? { defaultCountry: country } : {}), extract: false };
  const length = validatePhoneNumberLength(typed, how);
  if (length) return { wrong: LENGTHS[length] ?? "none" };
  const number = parsePhoneNumberFromString(typed, how);
  if (!number) return { wrong: "none" };
  const unlike = !number.isValid();
  if (unlike && !typed.startsWith("+")) return { wrong: "unlike" };
  return { phone: number.number, shown: number.formatInternational(), unlike };
}

/** As its country groups it, as far as it is typed. What is no phone stays as it is. */
export function grouped(text: string, country?: CountryCode): string {
  return isDialled(text) ? new AsYouType(country).input(plain(text)) || text : text;
}

/** Whether nothing but digits is in it, and what people put between them. */
export function isDialled(text: string): boolean {
  return /\p{Nd}/u.test(text) && !/\p{L}/u.test(text);
}

/** Without what comes along unseen when a phone is copied from a page, and beginning with a plus if it is international. */
export function plain(text: string): string {
  return text
    .replace(/\p{Cf}/gu, "")
    .trim()
    .replace(/^(?:00|٠٠|۰۰)/u, "+");
}
