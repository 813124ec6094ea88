/** Which commands are shown for what was typed. */
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { fold } from "@/contacts/fold";
import type { Level } from "./context";

export type Command = {
  id: string;
  label: string;
  /** What the label leaves out but people may type. */
  words?: string;
  icon: LucideIcon | ReactNode;
  /** A second line. */
  detail?: ReactNode;
  /** In place of the label, with what was asked for marked in it. */
  shown?: ReactNode;
  /** The key that does the same. */
  shortcut?: string;
  /** Why it cannot be done. */
  reason?: string | undefined;
  /** It is so already. */
  current?: boolean;
  /** The list it belongs to, instead of the first one. */
  under?: Level;
  /** The list it leads to. */
  opens?: Level;
  /** Done when it is chosen. */
  run?: () => void;
  /** Done when the palette is gone and the focus is back where it was. */
  after?: () => void;
  /** What asks for more, in place of the palette. */
  dialog?: (onClose: () => void) => ReactNode;
  /** It leads somewhere else: the focus does not go back. */
  leaves?: boolean;
};

export type Group = { value: string; items: Command[] };

/**
 * Without anything typed, what belongs to `level`, or to none. What is typed is looked for in the lists behind the
 * first one too; every word of it has to begin a word.
 */
export function shownOf(
  groups: readonly Group[],
  level: Level | null,
  typed: string,
  titles: Record<Level, string>,
): Group[] {
  const words = fold(typed).split(" ").filter(Boolean);
  const fits = (command: Command) => {
    if (level && command.under !== level) return false;
    if (words.length === 0) return level !== null || !command.under;
    const title = command.under ? titles[command.under] : "";
    const known = fold(`${title} ${command.label} ${command.words ?? ""}`).split(/[\s:()·/,-]+/);
    return words.every((word) => known.some((each) => each.startsWith(word)));
  };
  return groups
    .map(({ value, items }) => ({ value, items: items.filter(fits) }))
    .filter(({ items }) => items.length > 0);
}
