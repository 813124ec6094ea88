import { describe, expect, it } from "vitest";
import type { TemplateBody, TemplateValues } from "@/api/types";
import { fill, NO_VALUES, needs, placeholders, problems, toSend, variables } from "./fill";

const reminder: TemplateBody = {
  header: { format: "text", text: "Hello {{1}}" },
  body: "Your table is ready at {{ time }}, {{name}}. See you at {{time}}!",
  footer: "Reply STOP to stop",
  buttons: [
    { type: "quick_reply", text: "Confirm" },
    { type: "url", text: "Details", url: "https://shop.example/t/{{1}}" },
  ],
};
const given: TemplateValues = {
  header: { 1: "Ana" },
  body: { time: "19:00", name: "Ana" },
  buttons: { 1: "42" },
};

describe("a template", () => {
  it("tells what it needs", () => {
    expect(needs(reminder)).toEqual({ header: ["1"], body: ["time", "name"], buttons: ["1"] });
    expect(needs({ ...reminder, buttons: [{ type: "copy_code", text: "Copy" }] }).buttons).toEqual(["0"]);
  });

  it("is filled everywhere a variable stands", () => {
    expect(problems(reminder, given)).toEqual([]);
    const seen = fill(reminder, given);
    expect(seen.body).toBe("Your table is ready at 19:00, Ana. See you at 19:00!");
    expect(seen.header).toEqual({ format: "text", text: "Hello Ana" });
    expect(seen.buttons[1]).toMatchObject({ url: "https://shop.example/t/42" });
  });

  it("keeps what is not known yet in its braces", () => {
    expect(fill(reminder, { ...NO_VALUES, body: { name: "Ana", time: " " } }).body).toBe(
      "Your table is ready at {{ time }}, Ana. See you at {{time}}!",
    );
  });

  it("does not fill what a value says in braces", () => {
    expect(
      fill({ ...reminder, body: "{{a}} {{b}}" }, { ...NO_VALUES, body: { a: "{{b}}", b: "x" } }).body,
    ).toBe("{{b}} x");
  });

  it("names what is missing, not allowed or too much", () => {
    expect(
      problems(reminder, { ...given, body: { time: "19:00\n", name: " ", other: "x" }, buttons: {} }),
    ).toEqual([
      { place: "body", name: "time", what: "bad_text" },
      { place: "body", name: "name", what: "missing" },
      { place: "body", name: "other", what: "unknown" },
      { place: "buttons", name: "1", what: "missing" },
    ]);
    expect(problems(reminder, { ...given, header: { 1: "a     b" } })[0]?.what).toBe("bad_text");
    expect(problems(reminder, { ...given, header: { 1: "a    b" } })).toEqual([]);
  });

  it("with a file or a place above needs one", () => {
    const base = { body: "Hi", footer: null, buttons: [] };
    expect(problems({ ...base, header: { format: "image" } }, NO_VALUES)).toEqual([
      { place: "header", name: null, what: "file" },
    ]);
    expect(
      problems({ ...base, header: { format: "video" } }, { ...NO_VALUES, header_media_id: "m" }),
    ).toEqual([]);
    expect(problems({ ...base, header: { format: "location" } }, NO_VALUES)).toEqual([
      { place: "header", name: null, what: "location" },
    ]);
  });

  it("is sent with what it asks for and nothing else", () => {
    expect(
      toSend(reminder, { ...given, body: { time: " 19:00 ", name: "", other: "x" }, header_media_id: "" }),
    ).toEqual({ header: { 1: "Ana" }, body: { time: "19:00" }, buttons: { 1: "42" } });
  });
});

describe("braces", () => {
  it.each([
    ["{{1}} {{ name }} {{1}}", ["1", "name"]],
    ["{{}} {{a b}} {{é}} {{a", []],
    ["{{{1}}", ["1"]],
    ["{{ {{x}}", ["x"]],
    ["}}{{a_1}}}}", ["a_1"]],
  ])("of %s", (text, names) => {
    expect(variables(text)).toEqual(names);
  });

  it("never overlap", () => {
    for (const text of ["{{{{1}}}}", "{{1}}{{2}}", "{{{1}}}"]) {
      let last = 0;
      for (const { start, end } of placeholders(text)) {
        expect(start).toBeGreaterThanOrEqual(last);
        last = end;
      }
    }
  });
});
