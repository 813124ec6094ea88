/** WhatsApp's own marks (*bold*, _italic_, ~struck~, `code`) and links, as elements. Never markup from outside. */
import { Fragment, type ReactNode } from "react";

/** `mark`: how it is wrapped; null for plain text and links. */
export type Piece = { text: string; mark: "bold" | "italic" | "strike" | "code" | "block" | "link" | null };

const TOKEN =
  /```([\s\S]+?)```|`([^`\n]+)`|(https?:\/\/[^\s<>]+)|(?<![\p{L}\p{N}])\*(\S(?:[^*\n]*\S)?)\*(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])_(\S(?:[^_\n]*\S)?)_(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])~(\S(?:[^~\n]*\S)?)~(?![\p{L}\p{N}])/gu;

export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [whole, block, code, link, bold, italic, strike] = match;
    const url = link ? trimUrl(link) : undefined;
    const length = url?.length ?? whole.length;
    if (match.index > from) found.push({ text: text.slice(from, match.index), mark: null });
    from = match.index + length;
    if (url) found.push({ text: url, mark: "link" });
    else if (block) found.push({ text: block, mark: "block" });
    else if (code) found.push({ text: code, mark: "code" });
    else if (bold) found.push({ text: bold, mark: "bold" });
    else if (italic) found.push({ text: italic, mark: "italic" });
    else if (strike) found.push({ text: strike, mark: "strike" });
  }
  if (from < text.length) found.push({ text: text.slice(from), mark: null });
  return found;
}

/** `plain` draws what carries no mark; as it is if left out. */
export function formatText(text: string, plain?: (text: string) => ReactNode): ReactNode {
  const all = pieces(text);
  if (all.length === 1 && all[0]?.mark === null) return plain ? plain(text) : text;
  // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text never move
  return all.map((piece, at) => <Fragment key={at}>{element(piece, plain)}</Fragment>);
}

/** The same without marks, for lines that show no more than words. */
export function plainText(text: string): string {
  return pieces(text)
    .map((piece) => piece.text)
    .join("");
}

function element({ text, mark }: Piece, plain?: (text: string) => ReactNode): ReactNode {
  switch (mark) {
    case "link":
      return (
        <a
          href={text}
          target="_blank"
          rel="noopener noreferrer nofollow"
          className="text-accent underline underline-offset-2 hover:text-accent-strong"
        >
          {text}
        </a>
      );
    case "bold":
      return <strong className="font-semibold">{formatText(text, plain)}</strong>;
    case "italic":
      return <em>{formatText(text, plain)}</em>;
    case "strike":
      return <s>{formatText(text, plain)}</s>;
    case "code":
    case "block":
      return <code className="font-mono text-sm">{text}</code>;
    default:
      return plain ? plain(text) : text;
  }
}

/** Punctuation after a link is the sentence's, not the link's; a closing bracket belongs to it if it was opened. */
function trimUrl(url: string): string {
  let end = url.length;
  while (end > 0) {
    const last = url.charAt(end - 1);
    const body = url.slice(0, end - 1);
    const unopened = last === ")" && !(body.includes("(") && count(body, "(") > count(body, ")"));
    if (/[.,;:!?'"*_~\]}]/.test(last) || unopened) end -= 1;
    else break;
  }
  return url.slice(0, end);
}

function count(text: string, char: string): number {
  return text.split(char).length - 1;
}
