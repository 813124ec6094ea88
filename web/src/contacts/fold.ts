/** Texts as people compare them: case, accents and spaces around words do not count. As the server does. */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0670]/g, "")
    .toLowerCase()
    .trim()
    .replace(/\s+/g, " ");
}
