/** A template while it is being written: what WhatsApp allows, what is missing, and what is handed in. Pure. */
import type {
  NewTemplate,
  TemplateBody,
  TemplateButton,
  TemplateCategory,
  TemplateHeader,
  TemplateValues,
} from "@/api/types";
import { read } from "@/contacts/phones";
import { placeholders, variables } from "@/templates/fill";

export const LIMITS = {
  name: 512,
  header: 60,
  body: 1024,
  footer: 60,
  button: 25,
  url: 2000,
  code: 15,
  buttons: 10,
} as const;

export const HEADERS = ["none", "text", "image", "video", "document", "location"] as const;
export type HeaderChoice = (typeof HEADERS)[number];
export type ButtonKind = "quick_reply" | "url" | "phone" | "copy_code";
export const BUTTON_MOST: Record<ButtonKind, number> = { quick_reply: 10, url: 2, phone: 1, copy_code: 1 };

/** What the author of a template can make; more kinds exist, and are only shown. */
export type DraftButton = { key: number; type: ButtonKind; text: string; url: string; phone: string };

export type Draft = {
  channel_id: string;
  name: string;
  language: string;
  category: TemplateCategory;
  named: boolean;
  header: HeaderChoice;
  headerText: string;
  body: string;
  footer: string;
  buttons: DraftButton[];
  /** A sample for each variable, as the reviewer and the preview see it. */
  examples: { header: Record<string, string>; body: Record<string, string>; buttons: Record<number, string> };
  /** The sample of a header that is a file. */
  mediaId: string | null;
};

export function emptyDraft(channel: string, language: string): Draft {
  return {
    channel_id: channel,
    name: "",
    language,
    category: "utility",
    named: false,
    header: "none",
    headerText: "",
    body: "",
    footer: "",
    buttons: [],
    examples: { header: {}, body: {}, buttons: {} },
    mediaId: null,
  };
}

/** Names are small letters, digits and `_`; typing a space is how one writes `_`. */
export function cleanName(typed: string): string {
  return typed
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[\s-]+/g, "_")
    .replace(/[^a-z0-9_]/g, "")
    .slice(0, LIMITS.name);
}

/** The next variable that can be put into a text: `{{3}}` after two, or a name that is still free. */
export function nextVariable(text: string, named: boolean): string {
  const used = variables(text);
  if (!named) return String(Math.max(0, ...used.map(Number).filter(Number.isFinite)) + 1);
  for (let at = 1; ; at++) {
    const name = at === 1 ? "name" : `name_${at}`;
    if (!used.includes(name)) return name;
  }
}

/** The text with the variable where the caret is, and where the caret is then. */
export function insertVariable(
  text: string,
  from: number,
  to: number,
  name: string,
): { text: string; caret: number } {
  const put = `{{${name}}}`;
  return { text: text.slice(0, from) + put + text.slice(to), caret: from + put.length };
}

/** Numbers become names and names numbers, in the order they appear; samples move along. */
export function renamed(
  text: string,
  examples: Record<string, string>,
  named: boolean,
): [string, Record<string, string>] {
  const order = variables(text);
  const to = (name: string) =>
    named
      ? `name${order.indexOf(name) ? `_${order.indexOf(name) + 1}` : ""}`
      : String(order.indexOf(name) + 1);
  let out = "";
  let rest = 0;
  for (const { name, start, end } of placeholders(text)) {
    out += `${text.slice(rest, start)}{{${to(name)}}}`;
    rest = end;
  }
  const moved = order.flatMap((name) => (examples[name] ? [[to(name), examples[name]] as const] : []));
  return [out + text.slice(rest), Object.fromEntries(moved)];
}

/** Which kinds of button can still be added. */
export function canAdd(buttons: readonly DraftButton[], kind: ButtonKind): boolean {
  return (
    buttons.length < LIMITS.buttons && buttons.filter(({ type }) => type === kind).length < BUTTON_MOST[kind]
  );
}

export type What =
  | "missing"
  | "too_long"
  | "edge"
  | "order"
  | "names"
  | "one_variable"
  | "no_variables"
  | "bad_url"
  | "url_variable"
  | "bad_phone"
  | "example"
  | "file"
  | "numbers_apart";

/** `field` is where it shows: `name`, `body`, `button.2.text`, `example.body.1`, … */
export type Problem = { field: string; what: What };

export function problemsOf(draft: Draft): Problem[] {
  const found: Problem[] = [];
  const add = (field: string, what: What) => found.push({ field, what });
  if (!draft.name) add("name", "missing");
  if (draft.header === "text") {
    const names = variables(draft.headerText);
    if (!draft.headerText.trim()) add("header", "missing");
    else if (draft.headerText.length > LIMITS.header) add("header", "too_long");
    else if (names.length > 1) add("header", "one_variable");
    else if (!wellNamed(names, draft.named)) add("header", draft.named ? "names" : "order");
    for (const name of names)
      if (!draft.examples.header[name]?.trim()) add(`example.header.${name}`, "example");
  }
  if (["image", "video", "document"].includes(draft.header) && !draft.mediaId) add("media", "file");
  const names = variables(draft.body);
  const body = draft.body.trim();
  if (!body) add("body", "missing");
  else if (draft.body.length > LIMITS.body) add("body", "too_long");
  else if (!wellNamed(names, draft.named)) add("body", draft.named ? "names" : "order");
  else if (/^\{\{[^}]*\}\}|\{\{[^}]*\}\}$/.test(body)) add("body", "edge");
  else if (/\}\}\s*\{\{/.test(body)) add("body", "numbers_apart");
  for (const name of names) if (!draft.examples.body[name]?.trim()) add(`example.body.${name}`, "example");
  if (draft.footer.length > LIMITS.footer) add("footer", "too_long");
  else if (variables(draft.footer).length > 0) add("footer", "no_variables");
  draft.buttons.forEach((button, at) => {
    if (!button.text.trim()) add(`button.${at}.text`, "missing");
    else if (button.text.length > LIMITS.button) add(`button.${at}.text`, "too_long");
    else if (variables(button.text).length > 0) add(`button.${at}.text`, "no_variables");
    if (button.type === "url") {
      const inUrl = placeholders(button.url);
      if (!button.url.trim()) add(`button.${at}.url`, "missing");
      else if (!/^https?:\/\/[^\s/]+\.[^\s]+$/i.test(button.url.trim())) add(`button.${at}.url`, "bad_url");
      else if (button.url.length > LIMITS.url) add(`button.${at}.url`, "too_long");
      else if (inUrl.length > 1 || (inUrl[0] && inUrl[0].end !== button.url.trim().length))
        add(`button.${at}.url`, "url_variable");
      if (inUrl.length > 0 && !draft.examples.buttons[button.key]?.trim())
        add(`example.buttons.${at}`, "example");
    }
    if (button.type === "phone" && "wrong" in read(button.phone))
      add(`button.${at}.phone`, button.phone.trim() ? "bad_phone" : "missing");
    if (button.type === "copy_code") {
      const code = draft.examples.buttons[button.key]?.trim() ?? "";
      if (!code) add(`example.buttons.${at}`, "example");
      else if (code.length > LIMITS.code) add(`example.buttons.${at}`, "too_long");
    }
  });
  return found;
}

export function bodyOf(draft: Draft): TemplateBody {
  return {
    header: headerOf(draft),
    body: draft.body.trim(),
    footer: draft.footer.trim() || null,
    buttons: draft.buttons.map(buttonOf),
  };
}

/** The samples in the shape of values: what the preview fills in and the reviewer gets. */
export function examplesOf(draft: Draft): TemplateValues {
  const only = (text: string, given: Record<string, string>) =>
    Object.fromEntries(
      variables(text).flatMap((name) => {
        const value = given[name]?.trim();
        return value ? [[name, value] as const] : [];
      }),
    );
  return {
    header: draft.header === "text" ? only(draft.headerText, draft.examples.header) : {},
    body: only(draft.body, draft.examples.body),
    buttons: Object.fromEntries(
      draft.buttons.flatMap(({ key, type, url }, at) => {
        const value = draft.examples.buttons[key]?.trim();
        const wanted = type === "copy_code" || (type === "url" && placeholders(url).length > 0);
        return wanted && value ? [[String(at), value] as const] : [];
      }),
    ),
    ...(draft.mediaId && ["image", "video", "document"].includes(draft.header)
      ? { header_media_id: draft.mediaId }
      : {}),
  };
}

export function toNewTemplate(draft: Draft): NewTemplate {
  return {
    channel_id: draft.channel_id,
    name: draft.name,
    language: draft.language,
    category: draft.category,
    named: draft.named,
    ...bodyOf(draft),
    examples: examplesOf(draft),
  };
}

/** Where an error of the server belongs, in the words of `problemsOf`: `buttons.1.url` is `button.1.url`. */
export function fieldOf(field: string): string {
  return field
    .replace(/^buttons\.(\d+)$/, "button.$1.text")
    .replace(/^buttons\./, "button.")
    .replace(/^examples\./, "example.")
    .replace(/^example\.header_media(_id|_url)?$/, "media")
    .replace(/^header\.text$/, "header");
}

function headerOf(draft: Draft): TemplateHeader | null {
  if (draft.header === "none") return null;
  if (draft.header === "text") return { format: "text", text: draft.headerText.trim() };
  return { format: draft.header };
}

function buttonOf({ type, text, url, phone }: DraftButton): TemplateButton {
  const label = text.trim();
  if (type === "url") return { type, text: label, url: url.trim() };
  if (type === "phone") return { type, text: label, phone: phoneOf(phone) };
  return { type, text: label };
}

/** Numbers run from 1 without a gap; names are small letters, digits and `_`. */
function wellNamed(names: readonly string[], named: boolean): boolean {
  if (named) return names.every((name) => /^[a-z][a-z0-9_]*$/.test(name));
  const numbers = names.map(Number).sort((a, b) => a - b);
  return numbers.every((number, at) => number === at + 1);
}

/** In E.164; as it was typed as long as it is none. */
function phoneOf(typed: string): string {
  const reading = read(typed);
  return "wrong" in reading ? typed.trim() : reading.phone;
}

/** With one button more. Quick replies stand together, before the others: WhatsApp wants them so. */
export function withButton(buttons: readonly DraftButton[], type: ButtonKind): DraftButton[] {
  const added: DraftButton = {
    key: Math.max(0, ...buttons.map(({ key }) => key)) + 1,
    type,
    text: "",
    url: "",
    phone: "",
  };
  const quick = buttons.filter((button) => button.type === "quick_reply");
  const others = buttons.filter((button) => button.type !== "quick_reply");
  return type === "quick_reply" ? [...quick, added, ...others] : [...quick, ...others, added];
}
