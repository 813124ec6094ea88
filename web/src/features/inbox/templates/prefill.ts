/** What is known of the customer and of us, for the variables of a template. Pure. */
import type { Contact, TemplateBody, TemplateValues } from "@/api/types";
import { NO_VALUES, needs, placeholders, type TemplatePlace } from "@/templates/fill";

export type Known = "name" | "firstName" | "phone" | "company" | "email" | "me";
export type KnownValues = Partial<Record<Known, string>>;

export function knownOf(contact: Contact, me: string): KnownValues {
  const name = contact.name?.trim() || undefined;
  const all: Record<Known, string | null | undefined> = {
    name,
    firstName: name?.split(/\s+/)[0],
    phone: contact.phone,
    company: contact.company,
    email: contact.email,
    me,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value)) as KnownValues;
}

/** Names that people give to variables. */
const NAMED: [RegExp, Known][] = [
  [/^(customer_?|contact_?|client_?)?(first_?name|nombre|nome|vorname)$/i, "firstName"],
  [/^(customer_?|contact_?|client_?)?(full_?)?name$/i, "name"],
  [/^(customer_?|contact_?)?(phone|telefono|telefone|number)$/i, "phone"],
  [/^(customer_?|contact_?)?(company|empresa|business)$/i, "company"],
  [/^(customer_?|contact_?)?e?_?mail$/i, "email"],
  [/^(agent|member|sender)(_?name)?$/i, "me"],
];

/** A greeting before a numbered variable says that it is a name. */
const GREETING =
  /(?:^|[^\p{L}])(hi|hello|hey|dear|hola|estimad[oa]|oi|olá|ola|prezad[oa]|car[oa]|bom dia|boa tarde|buenos días|good morning|مرحبا|أهلا|السلام عليكم)[\s,،]*$/iu;

/** What can be filled in without asking. Everything stays editable. */
export function prefill(template: TemplateBody, known: KnownValues): TemplateValues {
  const wanted = needs(template);
  const guess = (place: TemplatePlace, text: string) =>
    Object.fromEntries(
      wanted[place].flatMap((name) => {
        const value = guessed(name, text, known);
        return value ? [[name, value] as const] : [];
      }),
    );
  return {
    ...NO_VALUES,
    header: template.header?.format === "text" ? guess("header", template.header.text) : {},
    body: guess("body", template.body),
  };
}

function guessed(name: string, text: string, known: KnownValues): string | undefined {
  const named = NAMED.find(([pattern]) => pattern.test(name))?.[1];
  if (named) return known[named];
  if (!/^\d+$/.test(name)) return undefined;
  const at = placeholders(text).find((each) => each.name === name);
  return at && GREETING.test(text.slice(0, at.start)) ? known.firstName : undefined;
}
