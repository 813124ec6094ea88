/** The search of the mock API: the same answers as Recado's, found by looking at everything. */
import type { SearchHit, SnippetPiece } from "../src/api/types.ts";
import { type Answer, failure, paged, type Request } from "./http.ts";
import type { Message, World } from "./world.ts";

export function searchRoute(world: World, { path, query }: Request): Answer | null {
  if (path !== "/search") return null;
  const asked = query.get("q");
  if (asked === null) return failure(400, "bad_request", "`q` is missing.", "q");
  const words = fold(asked)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  if (words.length === 0) return paged([], query);
  const kind = query.get("type") ?? "messages";
  return paged(kind === "messages" ? messages(world, words) : people(world, kind, asked, words), query);
}

/** Messages of a thread: from the newest, or around one, with cursors to both sides. */
export function threadPage(rows: Message[], query: URLSearchParams): Answer {
  const limit = Number(query.get("limit") ?? 50);
  const around = query.get("around");
  const at = rows.findIndex((row) => row.id === around);
  if (around && at < 0) return failure(404, "not_found", "There is no such message.");
  const cursor = query.get("cursor") ?? "";
  let from = around ? Math.max(0, at - Math.floor(limit / 2)) : Number(cursor.replace(/^newer-/, "") || 0);
  let to = from + limit;
  if (cursor.startsWith("newer-")) [from, to] = [Math.max(0, from - limit), from];
  return {
    status: 200,
    body: {
      data: rows.slice(from, to),
      meta: {
        next_cursor: to < rows.length ? String(to) : null,
        ...(from > 0 ? { previous_cursor: `newer-${from}` } : {}),
      },
    },
  };
}

function messages(world: World, words: string[]): SearchHit[] {
  const all = [...world.messages.values()].flat();
  all.sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
  return all.flatMap((message) => {
    const conversation = world.conversations.get(message.conversation_id);
    const texts = [
      { field: "text" as const, text: message.content_text ?? "" },
      { field: "filename" as const, text: message.media?.filename ?? "" },
    ];
    const said = texts.map(({ text }) => fold(text)).join(" ");
    const first = texts.find(({ text }) => words.some((word) => has(fold(text), word)));
    if (!conversation || !first || !words.every((word) => has(said, word))) return [];
    return [
      { type: "message", message, conversation, field: first.field, snippet: snippet(first.text, words) },
    ];
  });
}

function people(world: World, kind: string, asked: string, words: string[]): SearchHit[] {
  const digits = asked.replace(/\D/g, "").replace(/^0+/, "");
  const all = [...world.conversations.values()];
  all.sort((a, b) => (a.last_message_at < b.last_message_at ? 1 : -1));
  return all.flatMap((conversation): SearchHit[] => {
    const { contact } = conversation;
    const isPhone = /^[\d\s+().-]+$/.test(asked) && (contact.phone ?? "").includes(digits);
    const name = contact.name ?? "";
    if (!isPhone && !words.every((word) => has(fold(name), word))) return [];
    const found = isPhone
      ? { field: "phone" as const, snippet: [{ text: contact.phone ?? "", hit: true }] }
      : { field: "name" as const, snippet: snippet(name, words) };
    return kind === "contacts"
      ? [{ type: "contact", contact, ...found }]
      : [{ type: "conversation", conversation, ...found }];
  });
}

function snippet(text: string, words: string[]): SnippetPiece[] {
  const pieces = text.split(/([\p{L}\p{N}]+)/u).filter(Boolean);
  return pieces.map((piece) => ({ text: piece, hit: words.some((word) => fold(piece).startsWith(word)) }));
}

function has(text: string, word: string): boolean {
  return text.split(/[^\p{L}\p{N}]+/u).some((each) => each.startsWith(word));
}

function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
