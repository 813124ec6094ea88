import { expect, it } from "vitest";
import { pieces } from "./formatText";

const show = (text: string) =>
  pieces(text)
    .map((piece) => (piece.mark ? `${piece.mark}(${piece.text})` : piece.text))
    .join("|");

it.each([
  ["plain", "plain"],
  ["a *bold* word", "a |bold(bold)| word"],
  ["_it_ ~no~ `x = 1`", "italic(it)| |strike(no)| |code(x = 1)"],
  ["```two\nlines```", "block(two\nlines)"],
  ["2*3*4 and snake_case_name", "2*3*4 and snake_case_name"],
  ["* not bold *", "* not bold *"],
  ["*open", "*open"],
  ["see https://x.example/a_b_c?q=1.", "see |link(https://x.example/a_b_c?q=1)|."],
  ["(https://x.example/wiki/A_(b))", "(|link(https://x.example/wiki/A_(b))|)"],
  ["*olá, você*!", "bold(olá, você)|!"],
  ["<b>&amp; javascript:alert(1)", "<b>&amp; javascript:alert(1)"],
])("reads %j", (text, shown) => {
  expect(show(text)).toBe(shown);
});

it("loses nothing of plain text and links", () => {
  const text = "a https://b.example/c, d ftp://e http://f.example";
  expect(
    pieces(text)
      .map((piece) => piece.text)
      .join(""),
  ).toBe(text);
});
