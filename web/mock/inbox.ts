/** The mock API's lists of conversations, what is changed in many of them at once, and saved views. */
import { randomUUID } from "node:crypto";
import type * as wire from "../src/api/types.ts";
import { type Answer, failure, ok, paged, type Request } from "./http.ts";
import type { Conversation, World } from "./world.ts";

const HOUR = 3_600_000;
const views = new WeakMap<World, wire.View[]>();

export function inboxRoute(
  world: World,
  { method, path, query, body }: Request,
  may: boolean,
): Answer | null {
  if (path === "/conversations" && method === "GET") return paged(listed(world, query), query);
  if (path === "/conversations/counts") return ok(counts(world));
  if (path === "/conversations/bulk") {
    if (!may) return failure(403, "forbidden", "This needs conversations:write.");
    const { ids, add_tags, remove_tags, ...change } = body as { ids: string[] } & Partial<Conversation> & {
        add_tags?: string[];
        remove_tags?: string[];
      };
    const rows = ids.map((id) => {
      const known = world.conversations.get(id);
      if (!known) return { id, result: "not_found", conversation: null };
      const added = (add_tags ?? []).flatMap((tag) => tagsOf(world).find((one) => one.id === tag) ?? []);
      known.contact.tags = [
        ...known.contact.tags.filter((tag) => !add_tags?.includes(tag.id) && !remove_tags?.includes(tag.id)),
        ...added,
      ];
      return { id, result: "changed", conversation: world.update(id, changed(change)) };
    });
    return { status: 200, body: { data: rows, meta: { next_cursor: null } } };
  }
  if (path === "/tags" && method === "GET") return paged(tagsOf(world), query);
  return path.startsWith("/views") ? viewsRoute(world, method, path, body) : null;
}

/** What a change makes of a conversation: snoozed it is pending, and any other status ends that. */
export function changed(asked: Partial<Conversation>): Partial<Conversation> {
  const status = asked.snooze ? "pending" : asked.snooze === null ? "open" : undefined;
  return {
    ...(status ? { status } : asked.status ? { snooze: null } : {}),
    ...asked,
    ...(asked.status === "closed" ? { waiting_since: null } : {}),
  };
}

function tagsOf(world: World): wire.Tag[] {
  const tags = [...world.conversations.values()].flatMap((row) => row.contact.tags);
  return [...new Map(tags.map((tag) => [tag.id, tag])).values()];
}

function listed(world: World, query: URLSearchParams): Conversation[] {
  const now = Date.now();
  const assigned = query.get("assigned");
  const states = query.get("status")?.split(",") ?? [];
  const is = (name: string, value: string | null) => !query.get(name) || query.get(name) === value;
  const left = (row: Conversation) => Date.parse(row.window_expires_at ?? "1970-01-01") - now;
  const window = query.get("window");
  const rows = [...world.conversations.values()].filter(
    (row) =>
      (states.length === 0 || states.includes(row.status)) &&
      (assigned !== "mine" || row.assigned_agent_id === world.me.id) &&
      (assigned !== "unassigned" || !row.assigned_agent_id) &&
      is("assigned_agent_id", row.assigned_agent_id) &&
      is("channel_id", row.channel_id) &&
      (!query.get("tag") || row.contact.tags.some((tag) => tag.id === query.get("tag"))) &&
      (query.get("unread") !== "true" || row.unread_count > 0) &&
      (window !== "closed" || left(row) <= 0) &&
      (window !== "open" || left(row) > 0) &&
      (window !== "closing" || (left(row) > 0 && left(row) <= 4 * HOUR)),
  );
  const newest = (a: Conversation, b: Conversation) => (b.last_message_at > a.last_message_at ? 1 : -1);
  const sort = query.get("sort");
  return rows.sort((a, b) => {
    if (sort === "unread" && a.unread_count > 0 !== b.unread_count > 0) return a.unread_count > 0 ? -1 : 1;
    if (sort === "waiting" && (a.waiting_since || b.waiting_since))
      return (a.waiting_since ?? "9") > (b.waiting_since ?? "9") ? 1 : -1;
    return newest(a, b);
  });
}

function counts(world: World): wire.ConversationCounts {
  const rows = [...world.conversations.values()].filter((row) => row.status !== "closed");
  const count = (wanted: (row: Conversation) => boolean) => Math.min(1000, rows.filter(wanted).length);
  return {
    mine: count((row) => row.assigned_agent_id === world.me.id),
    unassigned: count((row) => !row.assigned_agent_id),
    all: count(() => true),
    unread: count((row) => row.unread_count > 0),
  };
}

function viewsRoute(world: World, method: string, path: string, body: Record<string, unknown>): Answer {
  const rows = views.get(world) ?? seeded(world);
  views.set(world, rows);
  const now = new Date().toISOString();
  if (method === "GET") return { status: 200, body: { data: rows, meta: { next_cursor: null } } };
  if (method === "POST") {
    const view = {
      shared: false,
      position: rows.length,
      ...(body as Pick<wire.View, "name" | "filter">),
      id: randomUUID(),
      member_id: world.me.id,
      created_at: now,
      updated_at: now,
    };
    rows.push(view);
    world.event("view.created", { view });
    return ok(view, 201);
  }
  const view = rows.find((row) => row.id === path.split("/")[2]);
  if (!view) return failure(404, "not_found", "There is no such view.");
  if (method === "DELETE") {
    rows.splice(rows.indexOf(view), 1);
    world.event("view.removed", { view });
    return { status: 204 };
  }
  Object.assign(view, body, { updated_at: now });
  world.event("view.updated", { view });
  return ok(view);
}

function seeded(world: World): wire.View[] {
  const now = new Date().toISOString();
  const made = { member_id: world.members[1]?.id ?? "", created_at: now, updated_at: now };
  return [
    {
      ...made,
      id: randomUUID(),
      name: "Closing soon",
      filter: { status: ["open", "pending"], window: "closing", sort: "waiting" },
      shared: true,
      position: 0,
    },
  ];
}
