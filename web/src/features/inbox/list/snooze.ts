/** When what is put away comes back. In the reader's own time. */
import { daysAfter, instant, wall, weekday } from "@/i18n/clock";

export type SnoozeChoice = { id: "later" | "evening" | "tomorrow" | "monday"; until: Date };

const HOUR = 3_600_000;
const EVENING = "18:00";
const MORNING = "09:00";

/** What is offered, soonest first: none twice, none that is nearly over already. */
export function snoozeChoices(now: Date, timeZone?: string): SnoozeChoice[] {
  const today = wall(now, timeZone).slice(0, 10);
  const at = (days: number, time: string) =>
    instant(`${daysAfter(today, days)}T${time}`, timeZone) ?? new Date(now.getTime() + days * 24 * HOUR);
  const choices: SnoozeChoice[] = [{ id: "later", until: new Date(now.getTime() + 3 * HOUR) }];
  const evening = at(0, EVENING);
  if (evening.getTime() - now.getTime() > 4 * HOUR) choices.push({ id: "evening", until: evening });
  choices.push({ id: "tomorrow", until: at(1, MORNING) });
  const toMonday = (8 - weekday(today)) % 7 || 7;
  if (toMonday > 1) choices.push({ id: "monday", until: at(toMonday, MORNING) });
  return choices;
}
