/** Calling on colleagues in a note: `@` and their name. Which members are meant travels beside the text. Pure. */

type Named = { id: string; name: string };

/** What of the text is a mention and of whom, in order; the rest has no member. */
export type Piece = { text: string; member: string | null };

/** The beginning of a mention that is being typed before the caret; null if none is. */
export function mentionAt(text: string, caret: number): { from: number; query: string } | null {
  const before = text.slice(0, caret);
  const from = before.lastIndexOf("@");
  if (from < 0 || (from > 0 && !/[\s(]/.test(before.charAt(from - 1)))) return null;
  const query = before.slice(from + 1);
  // A name has spaces, but a line that goes on without one is no name any more.
  return /\n/.test(query) || query.length > 40 ? null : { from, query };
}

/** Members whose name, or a part of it, begins like this; those whose whole name does come first. */
export function suggest<T extends Named>(members: readonly T[], query: string): T[] {
  const wanted = fold(query);
  const begins = (member: T) => fold(member.name).startsWith(wanted);
  const found = members.filter(
    (member) =>
      begins(member) ||
      fold(member.name)
        .split(/\s+/)
        .some((part) => part.startsWith(wanted)),
  );
  return found.sort((a, b) => Number(begins(b)) - Number(begins(a))).slice(0, 6);
}

/** The text with these members' mentions told apart. Of two names that fit, the longer one is meant. */
export function pieces(text: string, members: readonly Named[]): Piece[] {
  const longest = [...members].sort((a, b) => b.name.length - a.name.length);
  const found: Piece[] = [];
  let plain = "";
  for (let at = 0; at < text.length; ) {
    const member =
      text[at] === "@" && !/[\p{L}\p{N}]/u.test(text.charAt(at - 1))
        ? longest.find(({ name }) => isNamed(text, at + 1, name))
        : undefined;
    if (!member) {
      plain += text[at];
      at += 1;
      continue;
    }
    if (plain) found.push({ text: plain, member: null });
    plain = "";
    found.push({ text: `@${member.name}`, member: member.id });
    at += 1 + member.name.length;
  }
  if (plain) found.push({ text: plain, member: null });
  return found;
}

/** Who is called on, each once. */
export function mentionsIn(text: string, members: readonly Named[]): string[] {
  return [...new Set(pieces(text, members).flatMap(({ member }) => member ?? []))];
}

function isNamed(text: string, at: number, name: string): boolean {
  return name !== "" && text.startsWith(name, at) && !/[\p{L}\p{N}]/u.test(text.charAt(at + name.length));
}

function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
