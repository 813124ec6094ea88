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
export type Tag = Schemas["Tag"];
export type ConversationStatus = Schemas["ConversationStatus"];
export type MessageStatus = Schemas["MessageStatus"];
export type Failure = Schemas["Failure"];
export type FailureReason = Schemas["FailureReason"];
export type Intake = Schemas["Intake"];
export type Job = Schemas["Job"];

export type { Channel, Conversation, Member, Message, Template } from "./wire";
