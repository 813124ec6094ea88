/** The text of a canned reply, for one customer and one member. */
import { fold } from "@/contacts/fold";

export const BLANKS = ["contact.name", "member.name"] as const;

export type Values = { contactName: string | null; memberName: string };

/** What nobody knows is left out, with the space before it: `Hi {{contact.name}},` becomes `Hi,`. */
export function fill(text: string, { contactName, memberName }: Values): string {
  const values: Record<string, string> = {
    "contact.name": contactName?.trim() ?? "",
    "member.name": memberName.trim(),
  };
  return text.replace(/([^\S\n]?)\{\{\s*([\w.]+)\s*\}\}/g, (whole, space: string, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return value && space + value;
  });
}

/** Those that `typed`, without its slash, begins or names, the closest first. */
export function find<T extends { shortcut: string; text: string }>(
  replies: readonly T[],
  typed: string,
): T[] {
  const wanted = fold(typed);
  if (!wanted) return [...replies];
  const rank = ({ shortcut, text }: T) => {
    const name = fold(shortcut);
    if (name === wanted) return 0;
    if (name.startsWith(wanted)) return 1;
    if (name.includes(wanted)) return 2;
    return fold(text).includes(wanted) ? 3 : 4;
  };
  return replies
    .map((reply) => ({ reply, rank: rank(reply) }))
    .filter(({ rank }) => rank < 4)
    .sort((a, b) => a.rank - b.rank)
    .map(({ reply }) => reply);
}
