/** The sandbox server's own API, `/sandbox/api`: typed by hand, for it is not part of Recado's. */

export type Status = "sent" | "delivered" | "read" | "played";

/** The provider that carries a number of the business. */
export type Line = "meta" | "twilio";

export type Phone = {
  wa_id: string;
  name: string;
  /** While offline nothing arrives and nothing can be written. */
  online: boolean;
  /** Everything that arrives is read at once. */
  auto_read: boolean;
  unread: number;
  last_text: string | null;
  /** Unix milliseconds. */
  last_at: number | null;
  last_kind: string | null;
  username: string | null;
  /** The business is told the user id, not the number. */
  hidden: boolean;
  /** The customer wants no promotions of the business. */
  no_promotions: boolean;
  chats: { line: Line; unread: number; window_until: number | null }[];
};

export type Message = {
  id: string;
  line: Line;
  from_business: boolean;
  /** The type on Meta's wire. */
  kind: string;
  /** The text, the caption, the template filled in. */
  text: string;
  content: Content | null;
  reactions: Reaction[];
  forwarded: boolean;
  edited: boolean;
  revoked: boolean;
  /** Written on the business's own phone. */
  echo: boolean;
  /** Unix milliseconds. */
  at: number;
  status: Status;
  reply_to: string | null;
};

export type Reaction = { from_business: boolean; emoji: string };

/** What there is beyond the text; which parts depends on the kind. */
export type Content = {
  media?: string;
  mime_type?: string;
  size?: number;
  filename?: string;
  voice?: boolean;
  latitude?: number;
  longitude?: number;
  name?: string;
  address?: string;
  contacts?: ContactCard[];
  card?: Card;
};

export type ContactCard = {
  name?: { formatted_name?: string };
  phones?: { phone?: string; wa_id?: string }[];
};

/** A message with more than text: a template, buttons, a list. */
export type Card = {
  header?: CardHeader;
  body: string;
  footer?: string;
  buttons?: CardButton[];
  list?: { button: string; sections: { title: string | null; rows: ListRow[] }[] };
  cards?: Card[];
};

export type CardHeader =
  | { type: "text"; text: string }
  | { type: "media"; kind: string; media?: string; filename?: string }
  | { type: "location"; latitude: number; longitude: number; name: string | null; address: string | null };

export type CardButton =
  | {
      type: "reply" | "quick_reply" | "flow" | "send_location" | "share_phone" | "other";
      title: string;
    }
  | { type: "url"; title: string; url: string }
  | { type: "call"; title: string; phone: string }
  | { type: "copy_code"; title: string; code: string };

export type ListRow = { id: string; title: string; description: string | null };

export type Template = {
  line: Line;
  id: string;
  name: string;
  language: string;
  category: string;
  status: string;
  content: unknown;
  reason: string | null;
};

export type Fault = {
  id: number;
  line: Line | null;
  call: string;
  phone: string | null;
  times: number | null;
  effect: { type: string } & Record<string, unknown>;
};

export type Webhook = {
  url: string | null;
  /** Happenings Recado has not acknowledged yet. */
  outstanding: number;
  last_status: number | null;
  last_error: string | null;
};

export type Business = { name: string; display_phone: string; phone_number_id: string };

export type LineInfo = { line: Line; display_phone: string; webhook: Webhook };

export type Bench = { business: Business; lines: LineInfo[]; phones: Phone[]; webhook: Webhook };

/** What `/sandbox/api/events` tells. After `hello` and `reset` everything is fetched anew. */
export type BenchEvent =
  | { type: "hello" }
  | { type: "reset" }
  | { type: "message"; wa_id: string; message: Message }
  | { type: "status"; wa_id: string; id: string; status: Status }
  | { type: "phone"; phone: Phone }
  | { type: "typing"; wa_id: string }
  | { type: "webhook"; webhook: Webhook }
  | { type: "templates" }
  | { type: "faults" };

export const EVENTS = "/sandbox/api/events";

/** The sandbox answered, but no. Its message is for developers; what the reader sees goes by status and field. */
export class Refused extends Error {
  readonly status: number;
  readonly field: string | null;

  constructor(status: number, message: string, field: string | null) {
    super(message);
    this.status = status;
    this.field = field;
  }
}

export const getBench = () => call<Bench>("GET", "/state");

export const addPhone = (name: string, phone: string) =>
  call<Phone>("POST", "/phones", phone ? { name, phone } : { name });

export const setPhone = (waId: string, flags: { online?: boolean; auto_read?: boolean; hidden?: boolean }) =>
  call<Phone>("PATCH", `/phones/${waId}`, flags);

/** The customer stops the business's promotions, or takes them again. */
export const setPromotions = (waId: string, value: "stop" | "resume") =>
  call<Phone>("POST", `/phones/${waId}/preference`, { value });

export const getMessages = (waId: string) => call<Message[]>("GET", `/phones/${waId}/messages`);

/** Anything the customer does: see docs/sandbox.md for the types. */
export type Act = { type: string; line: Line } & Record<string, unknown>;

export const act = (waId: string, what: Act) => call<Message>("POST", `/phones/${waId}/messages`, what);

/** Sends a file; its type decides on the kind of message. */
export function sendFile(waId: string, line: Line, file: File, caption: string): Promise<Message> {
  const form = new FormData();
  form.set("type", "file");
  form.set("line", line);
  if (caption) form.set("caption", caption);
  form.set("file", file);
  return call<Message>("POST", `/phones/${waId}/messages`, form);
}

export const markRead = (waId: string, line: Line) =>
  call<Phone>("POST", `/phones/${waId}/read?line=${line}`);

export const markPlayed = (waId: string, id: string) =>
  call<object>("POST", `/phones/${waId}/messages/${encodeURIComponent(id)}/played`);

export const mediaUrl = (id: string) => `/sandbox/api/media/${id}`;

export const getTemplates = () => call<Template[]>("GET", "/templates");

export const decide = (id: string, status: string) => call<object>("PATCH", `/templates/${id}`, { status });

export const getFaults = () => call<Fault[]>("GET", "/faults");

export const addFault = (fault: object) => call<Fault>("POST", "/faults", fault);

export const removeFault = (id: number) => call<object>("DELETE", `/faults/${id}`);

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`/sandbox/api${path}`, {
    method,
    ...(body === undefined
      ? {}
      : body instanceof FormData
        ? { body }
        : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
  });
  const answer = (await response.json().catch(() => null)) as
    | T
    | { error: { message: string; field?: string } }
    | null;
  if (response.ok && answer !== null) return answer as T;
  const error = answer && typeof answer === "object" && "error" in answer ? answer.error : undefined;
  throw new Refused(response.status, error?.message ?? `HTTP ${response.status}`, error?.field ?? null);
}
