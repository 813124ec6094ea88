import { describe, expect, it } from "vitest";
import { conversation, message } from "@/testing/factories";
import type { EventFrame, EventKind } from "./frames";
import { reduce, reducers } from "./reducers";

const row = conversation();
const text = message({ conversation_id: row.id });
const member = {
  id: "m1",
  name: "Tomás",
  email: "t@x.example",
  role: "agent",
  is_demo: false,
  created_at: row.created_at,
} as const;
const channel = {
  id: "c1",
  label: "Shop",
  kind: "meta",
  display_phone: "+1",
  is_default: true,
  status: "connected",
  connected_at: row.created_at,
} as const;
const intake = {
  id: "i1",
  received_at: row.created_at,
  state: "rejected",
  problems: null,
  replayed_at: null,
  size: 2,
} as const;

const note = {
  id: "n1",
  contact_id: row.contact_id,
  conversation_id: row.id,
  author_id: "m1",
  text: "Careful",
  mentions: [],
  is_draft: false,
  created_at: row.created_at,
  edited_at: null,
};

const samples = {
  "message.created": { message: text, conversation: row },
  "message.updated": { message: { ...text, status: "read" }, conversation: row },
  "conversation.created": { conversation: row },
  "conversation.updated": { conversation: { ...row, status: "closed" } },
  "conversation.removed": { conversation: row },
  "activity.created": {
    activity: {
      id: "y1",
      conversation_id: row.id,
      kind: "assigned",
      member_id: "m1",
      actor_type: "member",
      actor_id: "m1",
      created_at: row.created_at,
    },
  },
  "note.created": { note },
  "note.updated": { note: { ...note, text: "Mind" } },
  "note.removed": { note },
  "contact.merged": {
    contact: row.contact,
    merged_id: "k2",
    conversations: [row],
    joined: [{ id: "v2", into: row.id }],
  },
  "contact.created": { contact: { ...row.contact, profile_name: null } },
  "contact.updated": { contact: { ...row.contact, profile_name: null, company: "Torra" } },
  "tag.created": { tag: { id: "g1", name: "VIP", color: "#3b82f6" } },
  "tag.updated": { tag: { id: "g1", name: "Vip", color: "#3b82f6" } },
  "tag.removed": { tag: { id: "g1", name: "Vip", color: "#3b82f6" } },
  "canned_reply.created": { canned_reply: { id: "r1", shortcut: "hours" } },
  "canned_reply.updated": { canned_reply: { id: "r1", shortcut: "open" } },
  "canned_reply.removed": { canned_reply: { id: "r1", shortcut: "open" } },
  "account.updated": { account: { id: "a1", name: "Shop", is_demo: false } },
  "member.created": { member },
  "member.updated": { member: { ...member, role: "admin" } },
  "member.removed": { member },
  "channel.created": { channel },
  "channel.updated": { channel: { ...channel, label: "Other" } },
  "channel.removed": { channel },
  "template.created": { template: { id: "t1" } },
  "template.updated": { template: { id: "t1", status: "approved" } },
  "template.removed": { template: { id: "t1" } },
  "view.created": { view: { id: "v1" } },
  "view.updated": { view: { id: "v1", name: "Mine" } },
  "view.removed": { view: { id: "v1" } },
  "intake.rejected": { intake },
  "notification.created": { notification: { id: "n1", type: "mention", read_at: null } },
  "notification.read": { ids: ["n1"], count: 0 },
  "session.ended": { session_ids: ["s1"] },
} as unknown as { [K in EventKind]: EventFrame<K>["data"] };

const frame = (event: EventKind, seq: number) =>
  ({ type: "event", seq, event, at: row.created_at, data: samples[event] }) as EventFrame;

describe.each(Object.keys(reducers) as EventKind[])("%s", (kind) => {
  it("changes the same however often it is told", () => {
    const once = reduce([frame(kind, 4)]);
    expect(reduce([frame(kind, 4), frame(kind, 4)])).toEqual(once);
  });

  it("stamps what it changes with its position", () => {
    const { sessions, inbox, account, messages, asides, removed, noted, ...byId } = reduce([frame(kind, 4)]);
    const stamped = [
      ...Object.values(byId).flatMap((map) => [...map.values()]),
      ...[...messages.values()].flatMap((map) => [...map.values()]),
      ...[...asides.values()].flatMap((map) => [...map.values()]),
    ];
    expect(stamped.every((value) => value.seq === 4)).toBe(true);
    expect(stamped.length > 0 || sessions || inbox || account || removed.size > 0).toBe(true);
  });
});

it("lets the last word of a run stand", () => {
  const changes = reduce([
    frame("message.created", 1),
    frame("message.updated", 2),
    frame("member.updated", 3),
    frame("member.removed", 4),
  ]);
  expect(changes.messages.get(row.id)?.get(text.id)).toMatchObject({ status: "read", seq: 2 });
  expect(changes.members.get("m1")).toEqual({ member: null, seq: 4 });
});

it("reads the inbox again when conversations became one", () => {
  const changes = reduce([frame("contact.merged", 4)]);
  expect(changes.inbox).toBe(true);
  expect(changes.conversations.get(row.id)?.seq).toBe(4);
  const handed = { ...samples["contact.merged"], joined: [] };
  const event = { ...frame("contact.merged", 5), data: handed } as EventFrame;
  expect(reduce([event]).inbox).toBe(false);
});
