import { describe, expect, it } from "vitest";
import {
  canAdd,
  cleanName,
  type Draft,
  type DraftButton,
  emptyDraft,
  examplesOf,
  fieldOf,
  insertVariable,
  nextVariable,
  problemsOf,
  renamed,
  toNewTemplate,
} from "./draft";

const good: Draft = { ...emptyDraft("c", "en"), name: "order_ready", body: "Your order is ready." };
const button = (change: Partial<DraftButton>): DraftButton => ({
  key: 1,
  type: "quick_reply",
  text: "Yes",
  url: "",
  phone: "",
  ...change,
});
const said = (change: Partial<Draft>) =>
  problemsOf({ ...good, ...change }).map(({ field, what }) => `${field} ${what}`);
const samples = (body: Record<string, string>) => ({ header: {}, body, buttons: {} });

it("makes a name of what is typed", () => {
  expect(cleanName("Pedido listo – Año 2!")).toBe("pedido_listo__ano_2");
  expect(cleanName("ORDER-ready")).toBe("order_ready");
});

describe("variables", () => {
  it("are put where the caret is, and count on", () => {
    expect(nextVariable("Hello {{1}}, {{2}}", false)).toBe("3");
    expect(nextVariable("Hello", false)).toBe("1");
    expect(nextVariable("Hello {{name}}", true)).toBe("name_2");
    expect(insertVariable("Hello !", 6, 6, "1")).toEqual({ text: "Hello {{1}}!", caret: 11 });
  });
  it("change between numbers and names with their samples", () => {
    expect(renamed("{{1}} and {{2}}, {{1}}", { 1: "Ana", 2: "Bo" }, true)).toEqual([
      "{{name}} and {{name_2}}, {{name}}",
      { name: "Ana", name_2: "Bo" },
    ]);
    expect(renamed("Hi {{who}} {{what}}", { what: "tea" }, false)).toEqual(["Hi {{1}} {{2}}", { 2: "tea" }]);
  });
});

describe("what WhatsApp would refuse", () => {
  it.each([
    [[], {}],
    [["name missing"], { name: "" }],
    [["body missing"], { body: "  " }],
    [["body too_long"], { body: "x".repeat(1025) }],
    [["body edge"], { body: "{{1}} is here", examples: samples({ 1: "Ana" }) }],
    [["body edge"], { body: "Here is {{1}}", examples: samples({ 1: "Ana" }) }],
    [["body order"], { body: "Hi {{2}}!", examples: samples({ 2: "Ana" }) }],
    [["body numbers_apart"], { body: "Hi {{1}} {{2}}!", examples: samples({ 1: "a", 2: "b" }) }],
    [["body names"], { named: true, body: "Hi {{Name}}!", examples: samples({ Name: "Ana" }) }],
    [["example.body.1 example"], { body: "Hi {{1}}!" }],
    [["header missing"], { header: "text" }],
    [
      ["header one_variable", "example.header.1 example", "example.header.2 example"],
      { header: "text", headerText: "{{1}} {{2}}" },
    ],
    [["media file"], { header: "image" }],
    [[], { header: "location" }],
    [["footer no_variables"], { footer: "Bye {{1}}" }],
    [["button.0.text too_long"], { buttons: [button({ text: "x".repeat(26) })] }],
    [["button.0.url bad_url"], { buttons: [button({ type: "url", url: "torra.example" })] }],
    [
      ["button.0.url url_variable", "example.buttons.0 example"],
      { buttons: [button({ type: "url", url: "https://t.example/{{1}}/x" })] },
    ],
    [["example.buttons.0 example"], { buttons: [button({ type: "url", url: "https://t.example/{{1}}" })] }],
    [["button.0.phone bad_phone"], { buttons: [button({ type: "phone", phone: "12345" })] }],
    [[], { buttons: [button({ type: "phone", phone: "+55 11 4002-8922" })] }],
    [["example.buttons.0 example"], { buttons: [button({ type: "copy_code" })] }],
  ] as [string[], Partial<Draft>][])("%j", (problems, change) => {
    expect(said(change)).toEqual(problems);
  });
});

it("counts buttons", () => {
  const url = button({ type: "url" });
  expect(canAdd([url], "url")).toBe(true);
  expect(canAdd([url, url], "url")).toBe(false);
  expect(canAdd([button({ type: "phone" })], "phone")).toBe(false);
  expect(
    canAdd(
      Array.from({ length: 10 }, () => button({})),
      "url",
    ),
  ).toBe(false);
});

it("hands in what is written, trimmed, with samples by place", () => {
  const draft: Draft = {
    ...good,
    header: "image",
    headerText: "left over {{1}}",
    mediaId: "m1",
    body: " Hi {{1}}! ",
    footer: " ",
    buttons: [
      button({ key: 7 }),
      button({ key: 9, type: "url", text: " See ", url: "https://t.example/{{1}}" }),
    ],
    examples: { header: { 1: "x" }, body: { 1: " Ana ", 2: "gone" }, buttons: { 7: "no", 9: "abc" } },
  };
  expect(problemsOf(draft)).toEqual([]);
  expect(examplesOf(draft)).toEqual({
    header: {},
    body: { 1: "Ana" },
    buttons: { 1: "abc" },
    header_media_id: "m1",
  });
  expect(toNewTemplate(draft)).toMatchObject({
    header: { format: "image" },
    body: "Hi {{1}}!",
    footer: null,
    buttons: [
      { type: "quick_reply", text: "Yes" },
      { type: "url", text: "See", url: "https://t.example/{{1}}" },
    ],
  });
});

it("finds the place of the server's errors", () => {
  expect(fieldOf("buttons.1.url")).toBe("button.1.url");
  expect(fieldOf("examples.body.1")).toBe("example.body.1");
  expect(fieldOf("body")).toBe("body");
});
