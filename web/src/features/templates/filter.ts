/** Which templates are shown. Pure. */
import type { Template } from "@/api/types";

export type Filter = { channel: string; status: string; category: string; search: string };

export const EVERYTHING: Filter = { channel: "", status: "", category: "", search: "" };

export function filtered<T extends Template>(rows: readonly T[], filter: Filter): T[] {
  const words = filter.search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return rows
    .filter(
      (row) =>
        (!filter.channel || row.channel_id === filter.channel) &&
        (!filter.status || row.status === filter.status) &&
        (!filter.category || row.category === filter.category) &&
        words.every((word) => `${row.name} ${row.body}`.toLocaleLowerCase().includes(word)),
    )
    .sort((a, b) => a.name.localeCompare(b.name) || a.language.localeCompare(b.language));
}

/** By number, in the order of the numbers; those without any left out. */
export function grouped<T extends Template, C extends { id: string }>(
  rows: readonly T[],
  channels: readonly C[],
): { channel: C; rows: T[] }[] {
  return channels.flatMap((channel) => {
    const own = rows.filter((row) => row.channel_id === channel.id);
    return own.length > 0 ? [{ channel, rows: own }] : [];
  });
}
