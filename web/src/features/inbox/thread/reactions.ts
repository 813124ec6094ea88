/** Reactions under a bubble: one chip for each emoji, in the order they came. Pure. */
import type { Reaction } from "@/api/types";

export type ReactionGroup = { emoji: string; own: boolean; by: Reaction[] };

export const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

export function groupReactions(reactions: readonly Reaction[], me: string): ReactionGroup[] {
  const groups = new Map<string, ReactionGroup>();
  for (const reaction of reactions) {
    const key = plain(reaction.emoji);
    const group = groups.get(key) ?? { emoji: reaction.emoji, own: false, by: [] };
    groups.set(key, group);
    group.by.push(reaction);
    group.own ||= isOwn(reaction, me);
  }
  return [...groups.values()];
}

export function ownReaction(reactions: readonly Reaction[], me: string): string | null {
  return reactions.find((reaction) => isOwn(reaction, me))?.emoji ?? null;
}

/** The reactions as they will be once ours is another one, or none: WhatsApp shows one of the business, whoever's it is. */
export function withOwn(
  reactions: readonly Reaction[],
  me: string,
  emoji: string | null,
  at: string,
): Reaction[] {
  const rest = reactions.filter(({ actor_type: type }) => type !== "agent");
  return emoji ? [...rest, { actor_type: "agent", actor_id: me, emoji, created_at: at }] : rest;
}

/** Whether two are the same sign: with or without the mark that asks for colour. */
export function isSame(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && plain(a) === plain(b);
}

function isOwn(reaction: Reaction, me: string): boolean {
  return reaction.actor_type === "agent" && reaction.actor_id === me;
}

function plain(emoji: string): string {
  return emoji.replaceAll("\uFE0F", "");
}
