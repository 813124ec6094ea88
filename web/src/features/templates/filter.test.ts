import { expect, it } from "vitest";
import type { Template } from "@/api/types";
import { EVERYTHING, filtered, grouped } from "./filter";

const row = (name: string, change: Partial<Template> = {}) =>
  ({
    id: name,
    name,
    language: "en",
    channel_id: "a",
    business_id: "A",
    status: "approved",
    category: "utility",
    body: "Hello",
    ...change,
  }) as Template;
const rows = [
  row("win_back", { category: "marketing", status: "rejected" }),
  row("order_ready", { language: "pt_BR", body: "Olá, está pronto" }),
  row("order_ready"),
  row("invoice", { channel_id: "b", business_id: "B" }),
];
const meta = (id: string, waba_id: string) => ({ id, provider: { phone_number_id: id, waba_id } });
const numbers = [meta("b", "B"), meta("none", "N"), meta("a", "A"), meta("also-a", "A")];
const names = (filter: Partial<typeof EVERYTHING>) =>
  filtered(rows, { ...EVERYTHING, ...filter }, numbers).map(({ name, language }) => `${name} ${language}`);

it("filters, and sorts by name and language", () => {
  expect(names({})).toEqual(["invoice en", "order_ready en", "order_ready pt_BR", "win_back en"]);
  expect(names({ channel: "b" })).toEqual(["invoice en"]);
  expect(names({ channel: "also-a" })).toEqual(names({ channel: "a" }));
  expect(names({ status: "rejected", category: "marketing" })).toEqual(["win_back en"]);
  expect(names({ search: "ORDER pronto" })).toEqual(["order_ready pt_BR"]);
});

it("groups by the numbers that share them", () => {
  const groups = grouped(rows, numbers);
  expect(groups.map(({ numbers, rows }) => [numbers.map(({ id }) => id), rows.length])).toEqual([
    [["b"], 1],
    [["a", "also-a"], 3],
  ]);
});
