/**
 * Words of the API that its generated schema does not know yet. Each goes when `npm run generate` brings it.
 */
import type { components, paths } from "./schema";

type Schemas = components["schemas"];

// The team and its numbers

export type Member = Schemas["Member"] & {
  /** May be the one who looks after a number. */
  whatsapp_enabled: boolean;
};

export type ChannelKind = "meta" | "twilio" | "sandbox";
export type ChannelStatus = "connected" | "inactive" | "deleted";
export type Quality = "GREEN" | "YELLOW" | "RED" | "UNKNOWN";

export type ChannelHealth = {
  quality: Quality | null;
  /** How many customers a day may be written to first, in the provider's word: `TIER_2K`. */
  limit: string | null;
  /** What the provider says is wrong with the number, in its word. */
  trouble: string | null;
  last_webhook_at: string | null;
  last_error: { reason: string; message: string; at: string } | null;
  checked_at: string | null;
};

export type Channel = {
  id: string;
  label: string;
  kind: ChannelKind;
  /** As the provider displays it, for people; never for finding anything. */
  display_phone: string;
  is_default: boolean;
  status: ChannelStatus;
  assigned_member_id: string | null;
  connected_at: string;
  health: ChannelHealth;
  /** The rest only with `channels:manage`. */
  webhook_path?: string;
  webhook_url?: string;
  provider?: ChannelProvider;
  /** Only of Meta's, and only when one number is asked for. */
  verify_token?: string;
};

export type ChannelProvider =
  | { phone_number_id: string; waba_id: string }
  | { account_sid: string; sender: string };

export type NewChannel = {
  label: string;
  assigned_member_id?: string;
  active: boolean;
} & (
  | {
      kind: "meta";
      phone_number_id: string;
      waba_id: string;
      access_token: string;
      app_secret: string;
      verify_token?: string;
    }
  | { kind: "twilio"; sender: string }
);

export type ChannelChange = {
  label?: string;
  assigned_member_id?: string | null;
  active?: boolean;
  is_default?: true;
  access_token?: string;
  app_secret?: string;
};

export type TwilioAccount = { account_sid: string | null; configured: boolean };

export type TwilioSender = {
  sid: string;
  /** `+15550001111`, without Twilio's prefix. */
  phone: string;
  name: string | null;
  status: string;
  online: boolean;
  /** Already one of our numbers. */
  connected: boolean;
};

// Templates

export type TemplateCategory = "marketing" | "utility" | "authentication";
export type TemplateStatus =
  | "draft"
  | "pending"
  | "approved"
  | "rejected"
  | "paused"
  | "disabled"
  | "unavailable";
export type TemplateMediaFormat = "image" | "video" | "document";
export type TemplateHeader =
  | { format: "text"; text: string }
  | { format: TemplateMediaFormat }
  | { format: "location" };

export type TemplateButton =
  | { type: "quick_reply"; text: string }
  | { type: "url"; text: string; url: string }
  | { type: "phone"; text: string; phone: string }
  | { type: "copy_code"; text: string }
  | { type: "other"; text: string };

export type TemplateBody = {
  header: TemplateHeader | null;
  /** With variables as `{{1}}` or `{{name}}`. */
  body: string;
  footer: string | null;
  buttons: TemplateButton[];
};

export type TemplateValues = {
  header: Record<string, string>;
  header_media_id?: string | null;
  header_media_url?: string | null;
  header_location?: {
    latitude: number;
    longitude: number;
    name?: string | null;
    address?: string | null;
  } | null;
  body: Record<string, string>;
  /** By the button's place, counted from 0. */
  buttons: Record<string, string>;
};

export type Template = TemplateBody & {
  id: string;
  channel_id: string;
  name: string;
  language: string;
  category: TemplateCategory | null;
  status: TemplateStatus;
  quality: Quality | null;
  /** Why it was rejected, paused or disabled, as the provider says it. */
  reason: string | null;
  /** Whether variables have names instead of numbers. */
  named: boolean;
  /** What has to be filled in before it can be sent. */
  variables: { header: string[]; body: string[]; buttons: string[] };
  updated_at: string;
};

export type NewTemplate = TemplateBody & {
  channel_id: string;
  name: string;
  language: string;
  category: TemplateCategory;
  named?: boolean;
  examples: TemplateValues;
};

// Messages

export type ContentType =
  | "text"
  | "template"
  | "image"
  | "video"
  | "audio"
  | "document"
  | "sticker"
  | "location"
  | "contacts"
  | "interactive"
  | "order"
  | "system"
  | "unsupported";

export type MediaKind = "image" | "video" | "audio" | "document" | "sticker";

/** A file of a message. The bytes are at `/api/v1/media/{id}`. */
export type Media = {
  id: string;
  kind: MediaKind;
  state: "pending" | "stored" | "failed";
  mime_type: string;
  filename: string | null;
  size: number | null;
  /** A voice note, recorded to be sent. */
  voice: boolean;
  /** A sticker that moves. */
  animated: boolean;
  width: number | null;
  height: number | null;
  duration_ms: number | null;
  /** Whether `/api/v1/media/{id}/thumbnail` has a small picture of it. */
  thumbnail: boolean;
  /** Why it could not be fetched, in a sentence. */
  error: string | null;
};

export type Place = { latitude: number; longitude: number; name: string | null; address: string | null };

export type ContactCard = {
  name: string | null;
  first_name: string | null;
  last_name: string | null;
  company: string | null;
  title: string | null;
  phones: { phone: string; wa_id: string | null; label: string | null }[];
  emails: string[];
  urls: string[];
  addresses: string[];
  birthday: string | null;
};

export type InteractiveAction =
  | { type: "buttons"; buttons: { id: string; title: string }[] }
  | {
      type: "list";
      button: string;
      sections: { title: string | null; rows: { id: string; title: string; description: string | null }[] }[];
    }
  | { type: "link"; text: string; url: string }
  | { type: "location_request" };

export type Interactive = {
  header: { type: "text"; text: string } | { type: "image" | "video" | "document"; media_id: string } | null;
  body: string;
  footer: string | null;
  action: InteractiveAction;
};

export type InteractiveReply = {
  kind: "button" | "list" | "template_button" | "flow" | "other";
  id: string | null;
  title: string | null;
  description: string | null;
  /** Of a form: what was filled in, JSON as text. */
  response: string | null;
};

export type OrderItem = { product: string; quantity: number; price: number | null; currency: string | null };

export type Referral = {
  source_type: string | null;
  source_id: string | null;
  source_url: string | null;
  headline: string | null;
  body: string | null;
  click_id: string | null;
};

export type FilledTemplate = TemplateBody & { name: string; language: string; values: TemplateValues };

/** What a message holds beyond its text and its file. What it has not is left out. */
export type MessageContent = {
  location?: Place;
  contacts?: ContactCard[];
  interactive?: Interactive;
  reply?: InteractiveReply;
  order?: { catalog_id: string | null; items: OrderItem[] };
  system?: {
    kind: "number_changed" | "user_id_changed" | "identity_changed" | "other";
    body: string | null;
  };
  template?: FilledTemplate;
  unsupported?: { kind: string; title: string | null };
  referral?: Referral;
  forwarded?: "once" | "often";
};

export type Reaction = {
  actor_type: "customer" | "agent";
  actor_id: string | null;
  emoji: string;
  created_at: string;
};

export type Message = Omit<Schemas["Message"], "content_type"> & {
  content_type: ContentType;
  content: MessageContent | null;
  media: Media | null;
  reactions: Reaction[];
  /** Sent by the business from the WhatsApp app on its phone. */
  is_echo: boolean;
  edited_at: string | null;
  deleted_at: string | null;
};

export type Conversation = Omit<Schemas["Conversation"], "last_message_type"> & {
  last_message_type: ContentType | null;
};

export type SendMessage = { reply_to_message_id?: string | null } & (
  | { type: "text"; text: string }
  | {
      type: MediaKind;
      media_id?: string;
      media_url?: string;
      text?: string;
      filename?: string;
      voice?: boolean;
    }
  | { type: "location"; location: Place }
  | { type: "template"; template: { name: string; language: string; values: TemplateValues } }
);

// Events

type WithMessage = { message: Message; conversation: Conversation };

export type WireEvents = {
  "message.created": WithMessage;
  "message.updated": WithMessage;
  "conversation.created": { conversation: Conversation };
  "conversation.updated": { conversation: Conversation };
  "channel.created": { channel: Channel };
  "channel.updated": { channel: Channel };
  "channel.removed": { channel: Channel };
  "member.created": { member: Member };
  "member.updated": { member: Member };
  "member.removed": { member: Member };
  "template.created": { template: Template };
  "template.updated": { template: Template };
  "template.removed": { template: Template };
};

// Paths

/** One operation, in the shape that the client reads. */
type Operation<Params, Body, Status extends number, Data> = {
  parameters: { cookie?: never } & Params;
  responses: {
    [S in Status]: { headers: { [name: string]: unknown } } & ([Data] extends [undefined]
      ? { content?: never }
      : { content: { "application/json": Data } });
  };
} & ([Body] extends [undefined]
  ? { requestBody?: never }
  : { requestBody: { content: { "application/json": Body } } });
type ById = { path: { id: string } };
type Plain = { path?: never };
type One<T> = { data: T };
type List<T> = { data: T[]; meta: { next_cursor: string | null } };

type Listing<P extends keyof paths> = paths[P] extends { get: { parameters: infer Parameters } }
  ? Parameters
  : never;

type WirePaths = {
  "/api/v1/conversations": {
    get: Operation<Listing<"/api/v1/conversations">, undefined, 200, List<Conversation>>;
  };
  "/api/v1/conversations/{id}": {
    get: Operation<ById, undefined, 200, One<Conversation>>;
    patch: Operation<
      ById,
      { status?: Schemas["ConversationStatus"]; assigned_agent_id?: string | null },
      200,
      One<Conversation>
    >;
  };
  "/api/v1/conversations/{id}/read": { post: Operation<ById, undefined, 200, One<Conversation>> };
  "/api/v1/conversations/{id}/typing": { post: Operation<ById, undefined, 204, undefined> };
  "/api/v1/conversations/{id}/messages": {
    get: Operation<Listing<"/api/v1/conversations/{id}/messages">, undefined, 200, List<Message>>;
    post: Operation<ById & { header: { "Idempotency-Key": string } }, SendMessage, 202, One<Message>>;
  };
  "/api/v1/messages/{id}/retry": { post: Operation<ById, undefined, 202, One<Message>> };
  "/api/v1/messages/{id}/reaction": {
    put: Operation<ById, { emoji: string }, 202, One<Message>>;
    delete: Operation<ById, undefined, 202, One<Message>>;
  };
  "/api/v1/members": { get: Operation<Plain, undefined, 200, List<Member>> };
  "/api/v1/members/{id}": {
    patch: Operation<ById, { role?: Schemas["Role"]; whatsapp_enabled?: boolean }, 200, One<Member>>;
    delete: Operation<ById, undefined, 204, undefined>;
  };
  "/api/v1/channels": {
    get: Operation<Plain, undefined, 200, List<Channel>>;
    post: Operation<Plain, NewChannel, 201, One<Channel>>;
  };
  "/api/v1/channels/{id}": {
    get: Operation<ById, undefined, 200, One<Channel>>;
    patch: Operation<ById, ChannelChange, 200, One<Channel>>;
    delete: Operation<ById, undefined, 204, undefined>;
  };
  "/api/v1/channels/{id}/check": { post: Operation<ById, undefined, 200, One<Channel>> };
  "/api/v1/channels/{id}/templates/sync": {
    post: Operation<ById, undefined, 202, One<{ job_id: string }>>;
  };
  "/api/v1/integrations/twilio": {
    get: Operation<Plain, undefined, 200, One<TwilioAccount>>;
    put: Operation<Plain, { account_sid: string; auth_token: string }, 200, One<TwilioAccount>>;
    delete: Operation<Plain, undefined, 204, undefined>;
  };
  "/api/v1/integrations/twilio/senders": {
    get: Operation<Plain, undefined, 200, List<TwilioSender>>;
  };
  "/api/v1/templates": {
    get: Operation<
      {
        query?: {
          channel_id?: string;
          status?: TemplateStatus;
          search?: string;
          limit?: number;
          cursor?: string;
        };
      },
      undefined,
      200,
      List<Template>
    >;
    post: Operation<Plain, NewTemplate, 201, One<Template>>;
  };
  "/api/v1/templates/{id}": {
    get: Operation<ById, undefined, 200, One<Template>>;
    delete: Operation<ById, undefined, 204, undefined>;
  };
};

export type Paths = Omit<paths, keyof WirePaths> & WirePaths;
