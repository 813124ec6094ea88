/** Notes, what happened in conversations, and deleting things, played from memory. */
import { randomUUID } from "node:crypto";
import type { Activity, Note, TimelineItem } from "../src/api/types.ts";
import { type Answer, failure, paged, type Request } from "./http.ts";
import type { Conversation, World } from "./world.ts";

const timelines = new WeakMap<World, Map<string, TimelineItem[]>>();

/** Newest first. */
export function timelineOf(world: World, conversation: string): TimelineItem[] {
  const all = timelines.get(world) ?? new Map<string, TimelineItem[]>();
  timelines.set(world, all);
  const items = all.get(conversation) ?? [];
  all.set(conversation, items);
  return items;
}

/** What an activity tells beside when and through whom. */
type Told =
  | { kind: "assigned" | "unassigned"; member_id: string }
  | { kind: "status_changed"; from: Conversation["status"]; to: Conversation["status"] }
  | { kind: "message_deleted"; message_id: string };

export function happened(world: World, conversation: string, told: Told, by = world.me.id): void {
  const activity: Activity = {
    id: randomUUID(),
    conversation_id: conversation,
    actor_type: "member",
    actor_id: by,
    created_at: new Date().toISOString(),
    ...told,
  };
  timelineOf(world, conversation).unshift({ type: "activity", activity });
  world.event("activity.created", { activity });
}

/** Says in the thread what a change to a conversation means. */
export function tellChange(world: World, before: Conversation, change: Partial<Conversation>): void {
  if (change.status && change.status !== before.status) {
    happened(world, before.id, { kind: "status_changed", from: before.status, to: change.status });
  }
  const { assigned_agent_id: member } = change;
  if (member === undefined || member === before.assigned_agent_id) return;
  if (member) happened(world, before.id, { kind: "assigned", member_id: member });
  else if (before.assigned_agent_id) {
    happened(world, before.id, { kind: "unassigned", member_id: before.assigned_agent_id });
  }
}

export function addNote(
  world: World,
  conversation: Conversation,
  author: string | null,
  text: string,
  is_draft = false,
): Note {
  const note: Note = {
    id: randomUUID(),
    contact_id: conversation.contact_id,
    conversation_id: conversation.id,
    author_id: author,
    text,
    mentions: world.members.filter(({ name }) => text.includes(`@${name}`)).map(({ id }) => id),
    is_draft,
    created_at: new Date().toISOString(),
    edited_at: null,
  };
  timelineOf(world, conversation.id).unshift({ type: "note", note });
  world.event("note.created", { note });
  return note;
}

export function notesRoute(world: World, request: Request, permissions: readonly string[]): Answer | null {
  const { method, path, query, body } = request;
  const may = (permission: string): Answer | null =>
    permissions.includes(permission)
      ? null
      : failure(403, "forbidden", `This needs the permission ${permission}.`);
  const gone = () => failure(404, "not_found", "There is no such thing in this account.");

  const timeline = /^\/conversations\/([\w-]+)\/timeline$/.exec(path)?.[1];
  if (timeline) return world.conversations.has(timeline) ? paged(timelineOf(world, timeline), query) : gone();

  const conversation = /^\/conversations\/([\w-]+)$/.exec(path)?.[1];
  if (conversation && method === "DELETE") {
    const known = world.conversations.get(conversation);
    if (!known) return gone();
    const refused = may("conversations:delete");
    if (refused) return refused;
    world.conversations.delete(conversation);
    world.event("conversation.removed", { conversation: known });
    return { status: 204 };
  }

  const message = /^\/messages\/([\w-]+)$/.exec(path)?.[1];
  if (message && method === "DELETE") {
    const known = world.find(message);
    if (!known) return gone();
    const refused = may("messages:delete");
    if (refused) return refused;
    Object.assign(known, {
      content_text: null,
      content: null,
      media: null,
      media_url: null,
      reactions: [],
      deleted_at: new Date().toISOString(),
      deleted_by: "team",
    });
    world.changed(known);
    happened(world, known.conversation_id, { kind: "message_deleted", message_id: known.id });
    return { status: 200, body: { data: known } };
  }

  if (path === "/notes" && method === "GET") {
    const contact = query.get("contact_id");
    const of = [...world.conversations.values()].filter(
      ({ id, contact_id }) => id === query.get("conversation_id") || contact_id === contact,
    );
    return paged(
      of.flatMap(({ id }) =>
        timelineOf(world, id).flatMap((item) => (item.type === "note" ? item.note : [])),
      ),
      query,
    );
  }
  if (path === "/notes") {
    const refused = may("notes:write");
    if (refused) return refused;
    // One about a contact stands in a conversation with them here.
    const about =
      world.conversations.get(String(body.conversation_id)) ??
      [...world.conversations.values()].find(({ contact_id }) => contact_id === body.contact_id);
    if (!about) return failure(400, "bad_request", "There is no such conversation.");
    const text = String(body.text);
    if (text.includes("refuse")) return failure(400, "bad_request", "A note has 1 to 4000 characters.");
    return { status: 201, body: { data: addNote(world, about, world.me.id, text) } };
  }
  const id = /^\/notes\/([\w-]+)$/.exec(path)?.[1];
  if (!id) return null;
  for (const of of world.conversations.keys()) {
    const items = timelineOf(world, of);
    const at = items.findIndex((item) => item.type === "note" && item.note.id === id);
    const item = items[at];
    if (item?.type !== "note") continue;
    if (method === "DELETE") {
      items.splice(at, 1);
      world.event("note.removed", { note: item.note });
      return { status: 204 };
    }
    const note = { ...item.note, ...(body as Partial<Note>), edited_at: new Date().toISOString() };
    items[at] = { type: "note", note };
    world.event("note.updated", { note });
    return { status: 200, body: { data: note } };
  }
  return gone();
}
