import { describe, expect, it } from "vitest";
import type { TemplateBody } from "@/api/types";
import { contact } from "@/testing/factories";
import { knownOf, prefill } from "./prefill";

const known = knownOf(
  contact({ name: "Ana Beatriz Ramos", company: null, email: "ana@x.example" }),
  "Marina",
);
const template = (body: string): TemplateBody => ({ header: null, body, footer: null, buttons: [] });

describe("what is known", () => {
  it("is what there is", () => {
    expect(known).toEqual({
      name: "Ana Beatriz Ramos",
      firstName: "Ana",
      phone: "+5511987654321",
      email: "ana@x.example",
      me: "Marina",
    });
  });

  it("fills variables by their names", () => {
    expect(
      prefill(template("{{first_name}} {{name}} {{company}} {{agent_name}} {{day}}"), known).body,
    ).toEqual({
      first_name: "Ana",
      name: "Ana Beatriz Ramos",
      agent_name: "Marina",
    });
  });

  it.each([
    ["Hello {{1}}, your order {{2}} is ready", { 1: "Ana" }],
    ["Olá, {{1}}!", { 1: "Ana" }],
    ["مرحبا {{1}}", { 1: "Ana" }],
    ["Your code is {{1}}", {}],
    ["Tahiti {{1}}", {}],
  ])("fills numbered ones only after a greeting: %s", (body, values) => {
    expect(prefill(template(body), known).body).toEqual(values);
  });
});
