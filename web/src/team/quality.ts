/** How customers take a number or a template, as the provider rates it. */
const QUALITIES = ["GREEN", "YELLOW", "RED", "UNKNOWN"] as const;
export type Quality = (typeof QUALITIES)[number];

/** The provider's word; what nobody here knows is as good as none. */
export function qualityOf(word: string | null): Quality {
  return QUALITIES.find((known) => known === word) ?? "UNKNOWN";
}
