/** Times and numbers as the page shows them. */
import { language, t } from "./texts";

const TIME = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
const DATE = new Intl.DateTimeFormat(language, { day: "2-digit", month: "2-digit", year: "2-digit" });
const DAY_MS = 24 * 60 * 60 * 1000;

export function timeOf(at: number): string {
  return TIME.format(at);
}

/** For a line between messages. */
export function dayOf(at: number): string {
  return near(at) ?? DAY.format(at);
}

/** Bytes, for people. */
export function sizeOf(bytes: number): string {
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1000, "kilobyte"] : [bytes / 1_000_000, "megabyte"];
  const format = { style: "unit", unit, maximumFractionDigits: value < 10 ? 1 : 0 } as const;
  return new Intl.NumberFormat(language, format).format(value);
}

/** For a list: the time of today, else the day. */
export function shortly(at: number): string {
  if (isSameDay(at, Date.now())) return timeOf(at);
  return near(at) ?? DATE.format(at);
}

export function isSameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

function near(at: number): string | null {
  const now = Date.now();
  if (isSameDay(at, now)) return t.today;
  return isSameDay(at, now - DAY_MS) ? t.yesterday : null;
}
