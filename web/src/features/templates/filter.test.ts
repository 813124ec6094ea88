import { expect, it } from "vitest";
import type { Template } from "@/api/types";
import { EVERYTHING, filtered, grouped } from "./filter";

const row = (name: string, change: Partial<Template> = {}) =>
  ({
    id: name,
    name,
    language: "en",
    channel_id: "a",
    status: "approved",
    category: "utility",
    body: "Hello",
    ...change,
  }) as Template;
const rows = [
  row("win_back", { category: "marketing", status: "rejected" }),
  row("order_ready", { language: "pt_BR", body: "Olá, está pronto" }),
  row("order_ready"),
  row("invoice", { channel_id: "b" }),
];
const names = (filter: Partial<typeof EVERYTHING>) =>
  filtered(rows, { ...EVERYTHING, ...filter }).map(({ name, language }) => `${name} ${language}`);

it("filters, and sorts by name and language", () => {
  expect(names({})).toEqual(["invoice en", "order_ready en", "order_ready pt_BR", "win_back en"]);
  expect(names({ channel: "b" })).toEqual(["invoice en"]);
  expect(names({ status: "rejected", category: "marketing" })).toEqual(["win_back en"]);
  expect(names({ search: "ORDER pronto" })).toEqual(["order_ready pt_BR"]);
});

it("groups by number", () => {
  const groups = grouped(rows, [{ id: "b" }, { id: "none" }, { id: "a" }]);
  expect(groups.map(({ channel, rows }) => [channel.id, rows.length])).toEqual([
    ["b", 1],
    ["a", 3],
  ]);
});
