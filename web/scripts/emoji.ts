/** Emoji names and search words as modules, `virtual:emoji/en`: cut down to what the picker needs, from our own origin. */
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

const NAME = "virtual:emoji/";
const LANGUAGES = ["en", "es", "pt"];
/** What phones of the last few years can draw. */
const NEWEST = 15;
/** Skin tones and hair on their own: parts, not emoji. */
const COMPONENTS = 2;
const TONES = ["light", "medium-light", "medium", "medium-dark", "dark"] as const;

type Emoji = {
  emoji: string;
  label: string;
  tags?: string[];
  group?: number;
  order?: number;
  version: number;
  skins?: { emoji: string; tone: number | number[] }[];
};
type Messages = {
  groups: { key: string; message: string; order: number }[];
  skinTones: { key: string; message: string }[];
};

export function emojiData(): Plugin {
  return {
    name: "recado-emoji-data",
    resolveId: (id) => (id.startsWith(NAME) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${NAME}`)) return undefined;
      const language = id.slice(NAME.length + 1);
      if (!LANGUAGES.includes(language)) return undefined;
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(picked(language)))})`;
    },
  };
}

function picked(language: string): unknown {
  const read = (file: string) =>
    JSON.parse(readFileSync(`node_modules/emojibase-data/${language}/${file}.json`, "utf8"));
  const emojis = read("data") as Emoji[];
  const { groups, skinTones } = read("messages") as Messages;
  return {
    locale: language,
    emojis: emojis
      .filter(({ group, version }) => group !== undefined && group !== COMPONENTS && version <= NEWEST)
      .sort((a, b) => (a.order ?? 0) - (b.order ?? 0))
      .map(({ emoji, label, tags, group, version, skins }) => ({
        emoji: sent(emoji),
        label,
        category: group,
        version,
        tags: tags ?? [],
        ...(skins ? { skins: tones(skins) } : {}),
      })),
    categories: groups
      .filter(({ order }) => order !== COMPONENTS)
      .map(({ order, message }) => ({ index: order, label: message })),
    skinTones: Object.fromEntries(skinTones.map(({ key, message }) => [key, message])),
  };
}

/** One tone for everybody in the picture; two people of two tones are left out. */
function tones(skins: NonNullable<Emoji["skins"]>): Record<string, string> {
  return Object.fromEntries(
    skins.flatMap(({ emoji, tone }) => {
      const name = typeof tone === "number" ? TONES[tone - 1] : undefined;
      return name ? [[name, sent(emoji)]] : [];
    }),
  );
}

/** As phones write it: the mark that asks for colour only where there would be none. */
function sent(emoji: string): string {
  return emoji.replace(/(\p{Emoji_Presentation})\uFE0F/gu, "$1");
}
