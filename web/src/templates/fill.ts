/**
 * What a template needs and what becomes of it. The same rules as the server's, which has the last word: here they say
 * what is missing before anything is sent.
 */
import type { TemplateBody, TemplateButton, TemplateHeader, TemplateValues } from "@/api/types";

export const NO_VALUES: TemplateValues = { header: {}, body: {}, buttons: {} };

export type TemplatePlace = "header" | "body" | "buttons";

export type FillProblem =
  /** `name` is the variable between the braces, or the button's place. */
  | { place: TemplatePlace; name: string; what: "missing" | "unknown" | "bad_text" }
  | { place: "header"; name: null; what: "file" | "location" };

/** Each `{{name}}` of a text and where it is. Names are letters, digits and `_`, with spaces around them allowed. */
export function placeholders(text: string): { name: string; start: number; end: number }[] {
  const found: { name: string; start: number; end: number }[] = [];
  let at = 0;
  for (;;) {
    const start = text.indexOf("{{", at);
    if (start < 0) return found;
    const close = text.indexOf("}}", start);
    if (close < 0) return found;
    const name = text.slice(start + 2, close).trim();
    if (/^[A-Za-z0-9_]+$/.test(name)) {
      at = close + 2;
      found.push({ name, start, end: at });
    } else {
      at = start + 1;
    }
  }
}

/** Names of the variables of a text in the order they first appear. */
export function variables(text: string): string[] {
  return [...new Set(placeholders(text).map(({ name }) => name))];
}

/** What has to be filled in: variables of header and body, and the places of the buttons that need a value. */
export function needs(template: TemplateBody): Record<TemplatePlace, string[]> {
  return {
    header: template.header?.format === "text" ? variables(template.header.text) : [],
    body: variables(template.body),
    buttons: (template.buttons ?? []).flatMap((button, place) => (needsValue(button) ? [String(place)] : [])),
  };
}

/** Everything that keeps the template from being sent, in reading order. */
export function problems(template: TemplateBody, values: TemplateValues): FillProblem[] {
  const found: FillProblem[] = [];
  const wanted = needs(template);
  const format = template.header?.format;
  if (format === "location" && !values.header_location) {
    found.push({ place: "header", name: null, what: "location" });
  }
  if (
    (format === "image" || format === "video" || format === "document") &&
    !values.header_media_id &&
    !values.header_media_url
  ) {
    found.push({ place: "header", name: null, what: "file" });
  }
  for (const place of ["header", "body", "buttons"] as const) {
    for (const name of wanted[place]) {
      const value = values[place]?.[name] ?? "";
      if (value.trim() === "") found.push({ place, name, what: "missing" });
      else if (isBadText(value)) found.push({ place, name, what: "bad_text" });
    }
    for (const name of Object.keys(values[place] ?? {})) {
      if (!wanted[place].includes(name)) found.push({ place, name, what: "unknown" });
    }
  }
  return found;
}

/** WhatsApp refuses line breaks, tabs and more than four spaces in a row. */
export function isBadText(value: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  return /[\n\r\t\u0000]| {5}/.test(value);
}

/** The template with what is known filled in; what is not known stays as `{{name}}`. */
export function fill(template: TemplateBody, values: TemplateValues): Required<TemplateBody> {
  return {
    header: filledHeader(template.header, values),
    body: filled(template.body, values.body),
    footer: template.footer,
    buttons: (template.buttons ?? []).map((button, place) => {
      const value = values.buttons?.[String(place)];
      if (button.type !== "url" || !value) return button;
      const given = Object.fromEntries(variables(button.url).map((name) => [name, value]));
      return { ...button, url: filled(button.url, given) };
    }),
  };
}

/** Values as they are sent: only what the template asks for, without blanks. */
export function toSend(template: TemplateBody, values: TemplateValues): TemplateValues {
  const wanted = needs(template);
  const only = (place: TemplatePlace) =>
    Object.fromEntries(
      wanted[place].flatMap((name) => {
        const value = values[place]?.[name]?.trim();
        return value ? [[name, value] as const] : [];
      }),
    );
  return {
    header: only("header"),
    ...(values.header_media_id ? { header_media_id: values.header_media_id } : {}),
    ...(values.header_media_url ? { header_media_url: values.header_media_url } : {}),
    ...(values.header_location ? { header_location: values.header_location } : {}),
    body: only("body"),
    buttons: only("buttons"),
  };
}

function needsValue(button: TemplateButton): boolean {
  if (button.type === "copy_code") return true;
  return button.type === "url" && placeholders(button.url).length > 0;
}

function filledHeader(header: TemplateHeader | null, values: TemplateValues): TemplateHeader | null {
  return header?.format === "text" ? { ...header, text: filled(header.text, values.header) } : header;
}

function filled(text: string, values: Record<string, string> = {}): string {
  let out = "";
  let rest = 0;
  for (const { name, start, end } of placeholders(text)) {
    const value = values[name];
    if (!value?.trim()) continue;
    out += text.slice(rest, start) + value;
    rest = end;
  }
  return out + text.slice(rest);
}
