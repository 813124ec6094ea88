/** A few emoji and nothing else are shown large, as customers see them. Pure. */
const MOST = 3;
const EMOJI = /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3)/u;

export function isEmojiOnly(text: string): boolean {
  // Longer than any three of them could be.
  if (text.length > 60) return false;
  const signs = text.replace(/\s+/g, "");
  if (!signs) return false;
  let count = 0;
  for (const { segment } of new Intl.Segmenter().segment(signs)) {
    count += 1;
    if (count > MOST || !EMOJI.test(segment)) return false;
  }
  return true;
}
