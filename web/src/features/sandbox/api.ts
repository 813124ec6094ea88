/** The sandbox server's own API, `/sandbox/api`: typed by hand, for it is not part of Recado's. */

export type Status = "sent" | "delivered" | "read";

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
};

export type Message = {
  id: string;
  from_business: boolean;
  text: string;
  /** Unix milliseconds. */
  at: number;
  status: Status;
  reply_to: string | null;
};

export type Webhook = {
  url: string | null;
  /** Happenings Recado has not acknowledged yet. */
  outstanding: number;
  last_status: number | null;
  last_error: string | null;
};

export type Business = { name: string; display_phone: string; phone_number_id: string };

export type Bench = { business: Business; phones: Phone[]; webhook: Webhook };

/** What `/sandbox/api/events` tells. After `hello` and `reset` everything is fetched anew. */
export type BenchEvent =
  | { type: "hello" }
  | { type: "reset" }
  | { type: "message"; wa_id: string; message: Message }
  | { type: "status"; wa_id: string; id: string; status: Status }
  | { type: "phone"; phone: Phone }
  | { type: "typing"; wa_id: string }
  | { type: "webhook"; webhook: Webhook };

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

export const setPhone = (waId: string, flags: { online?: boolean; auto_read?: boolean }) =>
  call<Phone>("PATCH", `/phones/${waId}`, flags);

export const getMessages = (waId: string) => call<Message[]>("GET", `/phones/${waId}/messages`);

export const say = (waId: string, text: string, replyTo: string | null) =>
  call<Message>("POST", `/phones/${waId}/messages`, replyTo ? { text, reply_to: replyTo } : { text });

export const markRead = (waId: string) => call<Phone>("POST", `/phones/${waId}/read`);

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`/sandbox/api${path}`, {
    method,
    ...(body === undefined
      ? {}
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
