/** The words of the API, as the generated schema has them. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Me = Schemas["Me"];
export type Role = Schemas["Role"];
export type Permission = Schemas["Permission"];
export type Session = Schemas["Session"];
export type Invite = Schemas["Invite"];
export type NewInvite = Schemas["NewInvite"];
export type ApiKey = Schemas["ApiKey"];
export type Contact = Schemas["Contact"];
/** A contact by itself, with the name they gave themselves. */
export type ContactDetails = Schemas["ContactDetails"];
export type ContactChange = Schemas["ChangeContact"];
export type Tag = Schemas["Tag"];
export type CannedReply = Schemas["CannedReply"];
export type Failure = Schemas["Failure"];
export type FailureReason = Schemas["FailureReason"];
export type Availability = Schemas["Availability"];
export type AutoAssign = Schemas["AutoAssign"];
export type Notification = Schemas["Notification"];
export type NotificationType = Schemas["NotificationType"];
export type NotificationPreferences = Schemas["Preferences"];
export type AuditAction = Schemas["AuditAction"];
export type AuditEntry = Schemas["AuditEntry"];
export type Webhook = Schemas["Webhook"];
export type WebhookWithSecret = Schemas["WebhookWithSecret"];
export type WebhookChoice = Schemas["EventFilterWord"];
/** An event that can be asked for. */
export type WebhookEventName = Exclude<WebhookChoice, "*">;
export type Delivery = Schemas["Delivery"];
export type DeliveryDetails = Schemas["DeliveryDetails"];
export type DeliveryState = Schemas["DeliveryState"];
export type Intake = Schemas["Intake"];
export type Job = Schemas["Job"];

// The team and its numbers

export type Member = Schemas["Member"];
/** As the list tells it, with where its webhooks go; events leave that out. */
export type Channel = Schemas["ListedChannel"];
export type ChannelKind = Schemas["NumberKind"];
export type ChannelHealth = Schemas["ChannelHealth"];
export type NewChannel = Schemas["ConnectChannel"];
export type ChannelChange = Schemas["ChangeChannel"];
export type TwilioSender = Schemas["TwilioSender"];

// Templates

export type Template = Schemas["Template"];
export type NewTemplate = Schemas["CreateTemplate"];
export type TemplateCategory = Schemas["TemplateCategory"];
export type TemplateStatus = Schemas["TemplateStatus"];
export type TemplateHeader = Schemas["TemplateHeader"];
export type TemplateMediaFormat = Exclude<TemplateHeader["format"], "text" | "location">;
export type TemplateButton = Schemas["TemplateButton"];
export type TemplateValues = Schemas["TemplateValues"];
export type FilledTemplate = Schemas["FilledTemplate"];
/** What a customer sees of a template, before it is filled in. */
export type TemplateBody = Pick<Template, "header" | "body" | "footer" | "buttons">;

// What stands in a thread beside its messages

export type Note = Schemas["Note"];
export type Activity = Schemas["Activity"];
export type TimelineItem = Schemas["TimelineItem"];

// Conversations and their messages

export type Conversation = Schemas["Conversation"];
export type ConversationCounts = Schemas["Counts"];
export type Snooze = Schemas["Snooze"];
export type Window = Schemas["Window"];
export type View = Schemas["View"];
export type ViewFilter = Schemas["ViewFilter"];
export type ConversationStatus = Schemas["ConversationStatus"];
export type Message = Schemas["Message"];
export type MessageStatus = Schemas["MessageStatus"];
export type MessageContent = Schemas["MessageContent"];
export type ContentType = Schemas["ContentType"];
export type SendMessage = Schemas["SendMessage"];
export type Media = Schemas["Media"];
export type MediaKind = Schemas["MediaKind"];
export type Reaction = Schemas["Reaction"];
export type Place = Schemas["Location"];
export type ContactCard = Schemas["ContactCard"];
export type Interactive = Schemas["Interactive"];
export type InteractiveReply = Schemas["InteractiveReply"];
export type Referral = Schemas["Referral"];

// Search

export type SearchHit = Schemas["SearchHit"];
export type SnippetPiece = Schemas["SnippetPiece"];
