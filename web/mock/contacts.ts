/** Contacts, tags, canned replies and files of a mock account, and what the API does with them. */
import { randomUUID } from "node:crypto";
import type { CannedReply, ContactDetails, Tag } from "../src/api/types.ts";
import { fold } from "../src/contacts/fold.ts";
import { type Answer, failure, ok, paged, type Request } from "./http.ts";
import type { Conversation, World } from "./world.ts";

const REPLIES: [string, string][] = [
  ["hours", "Hi {{contact.name}}, we are open Monday to Saturday, 8 am to 7 pm."],
  ["pix", "You can pay by Pix to pix@torra.example. Send us the receipt here, please."],
  ["thanks", "Thank you, {{contact.name}}! Have a lovely day.\n{{member.name}}, Torra & Moinho"],
];

export class People {
  readonly tags: Tag[];
  readonly replies: CannedReply[];

  constructor(tags: readonly Omit<Tag, "id">[], author: string) {
    this.tags = tags.map((tag) => ({ ...tag, id: randomUUID() }));
    const at = new Date().toISOString();
    this.replies = REPLIES.map(([shortcut, text]) => ({
      id: randomUUID(),
      shortcut,
      text,
      created_by: author,
      created_at: at,
      updated_at: at,
    }));
  }

  /** The tag of this name, made if there is none. */
  tag(world: World, name: string): Tag {
    const known = this.tags.find((tag) => fold(tag.name) === fold(name));
    if (known) return known;
    const tag = { id: randomUUID(), name: name.trim(), color: "#14b8a6" };
    this.tags.push(tag);
    world.event("tag.created", { tag });
    return tag;
  }
}

/** None if the request is about something else. */
export function contactsRoute(world: World, request: Request): Answer | undefined {
  const { method, path, query, body } = request;
  const gone = () => failure(404, "not_found", "There is no such thing in this account.");
  const refused = (permission: string) =>
    world.me.role === "viewer" && method !== "GET"
      ? failure(403, "forbidden", `This needs ${permission}.`)
      : undefined;

  const of = /^\/conversations\/([\w-]+)\/media$/.exec(path)?.[1];
  if (of) {
    const kinds = query.get("kind")?.split(",");
    const files = (world.messages.get(of) ?? []).filter(
      ({ media }) => media && (!kinds || kinds.includes(media.kind)),
    );
    return paged(files.toReversed(), query);
  }
  const by = query.get("contact_id");
  if (path === "/conversations" && method === "GET" && by) {
    return paged(
      [...world.conversations.values()].filter(({ contact_id }) => contact_id === by),
      query,
    );
  }

  if (path === "/contacts" && method === "GET") {
    const search = fold(query.get("search") ?? "");
    const digits = search.replace(/\D/g, "");
    const known = new Map([...world.conversations.values()].map((row) => [row.contact_id, row]));
    const found = [...known.values()].filter(
      ({ contact }) =>
        fold(contact.name ?? "")
          .split(/\s+/)
          .some((word) => word.startsWith(search)) ||
        (digits.length > 2 && contact.phone?.includes(digits)),
    );
    return paged(found.map(details), query);
  }

  const id = /^\/contacts\/([\w-]+)/.exec(path)?.[1];
  if (id) {
    const conversations = [...world.conversations.values()].filter(({ contact_id }) => contact_id === id);
    const [first] = conversations;
    if (!first) return gone();
    if (method === "GET") return ok(details(first));
    const no = refused("contacts:write");
    if (no) return no;
    const { people } = world;
    const contact = first.contact;
    if (path.endsWith("/tags")) {
      const add = ((body.add as string[]) ?? []).map((name) => people.tag(world, name));
      const remove = ((body.remove as string[]) ?? []).map(fold);
      const kept = contact.tags.filter(
        (tag) => !remove.includes(fold(tag.name)) && !add.some((other) => other.id === tag.id),
      );
      contact.tags = [...kept, ...add].sort((a, b) => a.name.localeCompare(b.name));
    } else {
      if (typeof body.email === "string" && !body.email.includes("@"))
        return failure(400, "bad_request", "This is not an email address.", "email");
      world.profileNames.set(id, world.profileNames.get(id) ?? contact.name ?? "");
      Object.assign(contact, body);
      contact.name ??= world.profileNames.get(id) || null;
    }
    for (const other of conversations) other.contact = contact;
    const changed = { ...details(first), profile_name: world.profileNames.get(id) ?? null };
    world.event("contact.updated", { contact: changed });
    return ok(changed);
  }

  for (const [name, rows, event] of [
    ["tags", world.people.tags, "tag"],
    ["canned-replies", world.people.replies, "canned_reply"],
  ] as const) {
    if (path === `/${name}` && method === "GET") return paged(rows as unknown[], query);
    const own = path === `/${name}` ? null : new RegExp(`^/${name}/([\\w-]+)$`).exec(path)?.[1];
    if (own === undefined) continue;
    const no = refused(name === "tags" ? "contacts:write" : "messages:send");
    if (no) return no;
    const tell = (what: string, row: unknown) => world.event(`${event}.${what}`, { [event]: row });
    const all = rows as (Tag | CannedReply)[];
    const at = all.findIndex((row) => row.id === own);
    if (own !== null && at < 0) return gone();
    if (method === "DELETE") {
      const [row] = all.splice(at, 1);
      tell("removed", row);
      return { status: 204 };
    }
    const key = name === "tags" ? "name" : "shortcut";
    const wanted = String(body[key] ?? "").replace(/^\//, "");
    const clash = all.some(
      (row, index) => index !== at && fold(String(Reflect.get(row, key))) === fold(wanted),
    );
    if (clash) {
      const code = name === "tags" ? "tag_exists" : "shortcut_exists";
      return failure(409, code, `There is one called “${wanted}” already.`);
    }
    const now = new Date().toISOString();
    const blank = name === "tags" ? {} : { created_by: world.me.id, created_at: now };
    const row = Object.assign(own === null ? { id: randomUUID(), ...blank } : (all[at] as object), body, {
      [key]: wanted,
      ...(name === "tags" ? {} : { updated_at: now }),
    }) as Tag;
    if (own === null) all.push(row);
    tell(own === null ? "created" : "updated", row);
    return ok(row, own === null ? 201 : 200);
  }
  return undefined;
}

function details({ contact, created_at }: Conversation): ContactDetails {
  return { ...contact, profile_name: contact.name, created_at, updated_at: created_at };
}
