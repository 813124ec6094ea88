/** What clocks show in a time zone, and the moment at which they show it. Pure. Without a zone: the browser's own. */

const MINUTE = 60_000;

/** What a clock and a calendar show, as an `<input type="datetime-local">` has it: `2026-07-01T10:15`. */
export function wall(at: Date, timeZone?: string): string {
  return new Date(shown(at.getTime(), timeZone)).toISOString().slice(0, 16);
}

/** When a clock there shows this; nothing if it is no time. An hour that a zone leaves out is the one after it. */
export function instant(shownTime: string, timeZone?: string): Date | undefined {
  const as = Date.parse(`${shownTime}Z`);
  if (Number.isNaN(as)) return undefined;
  const ahead = (at: number) => shown(at, timeZone) - at;
  // The first guess may lie on the other side of a change of the clocks.
  const first = as - ahead(as);
  const second = as - ahead(first);
  return new Date(shown(second, timeZone) === as ? second : Math.max(first, second));
}

/** Days later on the calendar: `2026-07-31` and 1 make `2026-08-01`. */
export function daysAfter(day: string, days: number): string {
  const date = new Date(`${day}T00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** 0 is Sunday. */
export function weekday(day: string): number {
  return new Date(`${day}T00:00Z`).getUTCDay();
}

/** The clock's time there, to the minute, as if it were UTC. */
function shown(at: number, timeZone: string | undefined): number {
  const parts = new Intl.DateTimeFormat("en", {
    calendar: "gregory",
    numberingSystem: "latn",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    hourCycle: "h23",
    ...(timeZone ? { timeZone } : {}),
  }).formatToParts(at);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return (
    Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute")) +
    (at - Math.floor(at / MINUTE) * MINUTE)
  );
}
