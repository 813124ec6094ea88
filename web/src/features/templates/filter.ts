/** Which templates are shown. Pure. */
import type { Channel, Template } from "@/api/types";

export type Filter = { channel: string; status: string; category: string; search: string };

export const EVERYTHING: Filter = { channel: "", status: "", category: "", search: "" };

type Number = Pick<Channel, "id" | "provider">;

/** The numbers of a business share its templates; the document names the first. */
export function belongs(row: Template, { id, provider }: Number): boolean {
  if (row.channel_id === id) return true;
  if (!provider) return false;
  return row.business_id === ("waba_id" in provider ? provider.waba_id : provider.account_sid);
}

export function filtered<T extends Template>(
  rows: readonly T[],
  filter: Filter,
  numbers: readonly Number[],
): T[] {
  const number = numbers.find(({ id }) => id === filter.channel);
  const words = filter.search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return rows
    .filter(
      (row) =>
        (!number || belongs(row, number)) &&
        (!filter.status || row.status === filter.status) &&
        (!filter.category || row.category === filter.category) &&
        words.every((word) => `${row.name} ${row.body}`.toLocaleLowerCase().includes(word)),
    )
    .sort((a, b) => a.name.localeCompare(b.name) || a.language.localeCompare(b.language));
}

/** By the numbers that share them, in the order of the numbers; those without any left out. */
export function grouped<T extends Template, N extends Number>(
  rows: readonly T[],
  numbers: readonly N[],
): { numbers: N[]; rows: T[] }[] {
  return numbers.flatMap(({ id }) => {
    const own = rows.filter((row) => row.channel_id === id);
    const [first] = own;
    return first ? [{ numbers: numbers.filter((number) => belongs(first, number)), rows: own }] : [];
  });
}
