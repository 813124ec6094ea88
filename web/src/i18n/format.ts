/** Times, days and numbers in the reader's language, region and time zone. */
import { useSyncExternalStore } from "react";
import { useTranslation } from "./useTranslation";

export type Format = ReturnType<typeof createFormat>;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function useFormat(): Format {
  const { i18n } = useTranslation();
  const language = i18n.language;
  return formatOf(regional(language, navigator.languages), useTimeZone());
}

/** The zone that times are told in; none: the browser's own. */
export function useTimeZone(): string | undefined {
  return useSyncExternalStore(listen, () => chosenZone);
}

const formats = new Map<string, Format>();

/** One for all that speak alike: making it takes longer than drawing a message, and every message has need of it. */
function formatOf(locale: string, zone: string | undefined): Format {
  const key = `${locale} ${zone ?? ""}`;
  let format = formats.get(key);
  if (!format) {
    format = createFormat(locale, zone);
    formats.set(key, format);
  }
  return format;
}

let chosenZone: string | undefined;
const listeners = new Set<() => void>();

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The time zone the reader has chosen; null, or one that this browser does not know: the browser's own. */
export function setTimeZone(zone: string | null): void {
  const next = zone !== null && isKnown(zone) ? zone : undefined;
  if (next === chosenZone) return;
  chosenZone = next;
  for (const listener of listeners) listener();
}

export function isKnown(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}

/** The reader's own variant of the language (`pt` read by a Brazilian is `pt-BR`). */
export function regional(language: string, preferred: readonly string[]): string {
  return preferred.find((tag) => tag.slice(0, 2) === language) ?? language;
}

export function createFormat(locale: string, timeZone?: string) {
  const zone = timeZone ? { timeZone } : {};
  const time = new Intl.DateTimeFormat(locale, { timeStyle: "short", ...zone });
  const weekday = new Intl.DateTimeFormat(locale, { weekday: "long", ...zone });
  const shortWeekday = new Intl.DateTimeFormat(locale, { weekday: "short", ...zone });
  const dayMonth = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", ...zone });
  const longDay = new Intl.DateTimeFormat(locale, {
    weekday: "short",
    day: "numeric",
    month: "long",
    ...zone,
  });
  const shortDate = new Intl.DateTimeFormat(locale, { dateStyle: "short", ...zone });
  const longDate = new Intl.DateTimeFormat(locale, { dateStyle: "long", ...zone });
  const full = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", ...zone });
  const calendar = new Intl.DateTimeFormat("en-CA", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    ...zone,
  });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "narrow" });
  const relativeLong = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const number = new Intl.NumberFormat(locale);
  const unit = (name: "hour" | "minute") =>
    new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "narrow" });
  const hours = unit("hour");
  const minutes = unit("minute");
  const bytes = (name: "byte" | "kilobyte" | "megabyte", digits: number) =>
    new Intl.NumberFormat(locale, {
      style: "unit",
      unit: name,
      // Short, bytes have no plural.
      unitDisplay: name === "byte" ? "long" : "short",
      maximumFractionDigits: digits,
    });
  const twoDigits = new Intl.NumberFormat(locale, { minimumIntegerDigits: 2 });

  /** The calendar day in the reader's zone, `2026-11-21`. */
  const dayKey = (iso: string | number) => calendar.format(new Date(iso));
  const daysAgo = (iso: string, now: number) =>
    Math.round((Date.parse(dayKey(now)) - Date.parse(dayKey(iso))) / DAY);

  return {
    number: (value: number) => number.format(value),
    /** `4.2 MB`, in powers of 1024 as WhatsApp's limits are. */
    size(count: number): string {
      if (count < 1024) return bytes("byte", 0).format(count);
      const kilobytes = count / 1024;
      if (kilobytes < 1000) return bytes("kilobyte", 0).format(kilobytes);
      return bytes("megabyte", kilobytes < 102_400 ? 1 : 0).format(kilobytes / 1024);
    },
    /** `0:07`, `12:30` */
    duration(ms: number): string {
      const seconds = Math.max(0, Math.round(ms / 1000));
      return `${number.format(Math.floor(seconds / 60))}:${twoDigits.format(seconds % 60)}`;
    },
    percent: (part: number) =>
      new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 }).format(part),
    /** A price; as it was told where the currency is none that is known. */
    money(amount: number, currency: string | null): string {
      try {
        return new Intl.NumberFormat(locale, currency ? { style: "currency", currency } : {}).format(amount);
      } catch {
        return `${number.format(amount)} ${currency}`;
      }
    },
    time: (iso: string) => time.format(new Date(iso)),
    full: (iso: string) => full.format(new Date(iso)),
    date: (iso: string) => longDate.format(new Date(iso)),
    dayKey,
    /** Heading of a day in a thread. */
    day(iso: string, now: number): string {
      const ago = daysAgo(iso, now);
      if (ago === 0 || ago === 1) return capital(relativeLong.format(-ago, "day"), locale);
      if (ago > 1 && ago < 7) return capital(weekday.format(new Date(iso)), locale);
      return ago < 300 ? longDay.format(new Date(iso)) : longDate.format(new Date(iso));
    },
    /** Time of a row: as short as it can be while telling enough. */
    short(iso: string, now: number): string {
      const past = now - Date.parse(iso);
      if (past < MINUTE) return relative.format(0, "second");
      if (past < HOUR) return minutes.format(Math.floor(past / MINUTE));
      const ago = daysAgo(iso, now);
      if (ago <= 0) return time.format(new Date(iso));
      if (ago === 1) return capital(relativeLong.format(-1, "day"), locale);
      if (ago < 7) return capital(shortWeekday.format(new Date(iso)), locale);
      return ago < 300 ? dayMonth.format(new Date(iso)) : shortDate.format(new Date(iso));
    },
    /** A time that is to come: `18:00`, `Mon 09:00`, `12 Jul`. */
    coming(iso: string, now: number): string {
      const ahead = -daysAgo(iso, now);
      if (ahead <= 0) return time.format(new Date(iso));
      if (ahead < 7)
        return `${capital(shortWeekday.format(new Date(iso)), locale)} ${time.format(new Date(iso))}`;
      return ahead < 300 ? dayMonth.format(new Date(iso)) : shortDate.format(new Date(iso));
    },
    /** How long ago, for tables. */
    ago(iso: string, now: number): string {
      const past = now - Date.parse(iso);
      if (past < MINUTE) return relativeLong.format(0, "second");
      if (past < HOUR) return relativeLong.format(-Math.floor(past / MINUTE), "minute");
      if (past < DAY) return relativeLong.format(-Math.floor(past / HOUR), "hour");
      if (past < 30 * DAY) return relativeLong.format(-daysAgo(iso, now), "day");
      return longDate.format(new Date(iso));
    },
    /** Time left, `3h 20m` or `12m`; never less than a minute. */
    left(ms: number): string {
      const total = Math.max(1, Math.floor(ms / MINUTE));
      const wholeHours = Math.floor(total / 60);
      const rest = total % 60;
      if (wholeHours === 0) return minutes.format(rest);
      if (rest === 0 || wholeHours >= 10) return hours.format(wholeHours);
      return `${hours.format(wholeHours)} ${minutes.format(rest)}`;
    },
  };
}

function capital(text: string, locale: string): string {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}
