/** When what is put away comes back. In the reader's own time. */
export type SnoozeChoice = { id: "later" | "evening" | "tomorrow" | "monday"; until: Date };

const HOUR = 3_600_000;
const EVENING = 18;
const MORNING = 9;

/** What is offered, soonest first: none twice, none that is nearly over already. */
export function snoozeChoices(now: Date): SnoozeChoice[] {
  const choices: SnoozeChoice[] = [{ id: "later", until: new Date(now.getTime() + 3 * HOUR) }];
  const evening = atHour(now, 0, EVENING);
  if (evening.getTime() - now.getTime() > 4 * HOUR) choices.push({ id: "evening", until: evening });
  choices.push({ id: "tomorrow", until: atHour(now, 1, MORNING) });
  const toMonday = (8 - now.getDay()) % 7 || 7;
  if (toMonday > 1) choices.push({ id: "monday", until: atHour(now, toMonday, MORNING) });
  return choices;
}

/** The value of an `<input type="datetime-local">`. */
export function localInput(time: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day}T${two(time.getHours())}:${two(time.getMinutes())}`;
}

function atHour(now: Date, days: number, hour: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour);
}
