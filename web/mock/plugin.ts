/**
 * Development only: plays the API from memory (`npm run mock`), so that the app can be looked at and driven without a
 * backend. Every sign-in gets a world of its own. Any password does, unless it is "wrong"; sign in as
 * viewer@demo.example (agent@, admin@) to see what a viewer sees. `POST /__mock/<what>` makes things happen.
 */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Plugin, PreviewServer, ViteDevServer } from "vite";
import { WebSocketServer } from "ws";
import type { SendMessage } from "../src/api/types.ts";
import { contactsRoute } from "./contacts.ts";
import { type Answer, failure, paged, type Request } from "./http.ts";
import { changed, inboxRoute } from "./inbox.ts";
import { mediaRoute } from "./media.ts";
import { addNote, notesRoute, tellChange } from "./notes.ts";
import { notificationsRoute, tell } from "./notifications.ts";
import { numbersRoute } from "./numbers.ts";
import { searchRoute, threadPage } from "./search.ts";
import { me, teamRoute } from "./team.ts";
import { decide, templatesRoute } from "./templates.ts";
import { webhooksRoute } from "./webhooks.ts";
import { type Conversation, World } from "./world.ts";

const PERMISSIONS = {
  viewer: [
    "conversations:read",
    "messages:read",
    "notes:read",
    "contacts:read",
    "channels:read",
    "members:read",
  ],
  agent: ["conversations:write", "messages:send", "notes:write", "contacts:write"],
  admin: [
    "conversations:delete",
    "messages:delete",
    "channels:manage",
    "members:manage",
    "keys:manage",
    "operations:manage",
    "account:manage",
    "audit:read",
    "webhooks:manage",
  ],
};

export function mockApi(): Plugin {
  const worlds = new Map<string, World>();
  const size = Number(process.env.RECADO_MOCK_CONVERSATIONS ?? 60);
  const sockets = new WebSocketServer({ noServer: true });

  const worldOf = (cookie: string | undefined) => worlds.get(/recado=([\w-]+)/.exec(cookie ?? "")?.[1] ?? "");

  const handle = async (request: Request, raw: Uint8Array): Promise<Answer> => {
    const { method, path } = request;
    if (method === "POST" && (path === "/session" || path === "/signup" || path.endsWith("/accept"))) {
      if (request.body.password === "wrong")
        return failure(401, "bad_credentials", "Email and password do not match.");
      if (String(request.body.email).startsWith("two-step")) {
        if (!request.body.code) return failure(401, "second_step_required", "Type the code of your app.");
        if (request.body.code !== "123456") return failure(401, "bad_code", "This is not the code.");
      }
      const role = /^(viewer|agent|admin)/.exec(String(request.body.email))?.[1] ?? "owner";
      const id = randomUUID();
      const world = new World(role, size);
      worlds.set(id, world);
      return {
        status: 200,
        body: { data: me(world, permissions(world)) },
        cookie: `recado=${id}; Path=/; HttpOnly; SameSite=Lax`,
      };
    }
    if (path.startsWith("/invites/token/")) {
      if (path.endsWith("/gone")) return failure(404, "not_found", "There is no such invitation.");
      return {
        status: 200,
        body: {
          data: { account_name: "Torra & Moinho", role: "agent", email: null, invited_by: "Marina Duarte" },
        },
      };
    }
    const world = worldOf(request.headers.cookie);
    if (!world) return failure(401, "unauthorized", "Sign in first.");
    const answer =
      (await mediaRoute(world.files, request, raw)) ??
      teamRoute(world, request, raw, permissions(world)) ??
      route(world, request);
    return { ...answer, headers: { "X-Journal-Seq": String(world.head), ...answer.headers } };
  };

  const serve = (server: ViteDevServer | PreviewServer) => {
    server.middlewares.use((incoming, response, next) => {
      const url = new URL(incoming.url ?? "/", "http://mock");
      const control = url.pathname.startsWith("/__mock/");
      if (!control && !url.pathname.startsWith("/api/v1/")) return next();
      void read(incoming).then(async ({ raw, body }) => {
        if (control) {
          const world = worldOf(incoming.headers.cookie);
          send(
            response,
            world ? act(world, url.pathname.slice(8), body) : failure(401, "unauthorized", "No world."),
          );
          return;
        }
        send(
          response,
          await handle(
            {
              method: incoming.method ?? "GET",
              path: url.pathname.slice(7),
              query: url.searchParams,
              body,
              headers: incoming.headers,
            },
            raw,
          ),
        );
      });
    });
    // A connection that is kept is not closed under a request that a slow machine is about to send on it.
    if (server.httpServer && "keepAliveTimeout" in server.httpServer) server.httpServer.keepAliveTimeout = 0;
    server.httpServer?.on("upgrade", (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
      const url = new URL(incoming.url ?? "/", "http://mock");
      if (url.pathname !== "/api/v1/live") return;
      const world = worldOf(incoming.headers.cookie);
      if (!world || worldsDown.has(world)) {
        socket.end("HTTP/1.1 503 Service Unavailable\r\n\r\n");
        return;
      }
      sockets.handleUpgrade(incoming, socket, head, (live) => {
        live.send(JSON.stringify({ type: "hello", seq: world.head }));
        const since = Number(url.searchParams.get("since") ?? world.head);
        for (const frame of world.journal) if (frame.seq > since) live.send(frame.text);
        world.sockets.add(live);
        live.on("close", () => world.sockets.delete(live));
      });
    });
  };

  return { name: "recado-mock-api", configureServer: serve, configurePreviewServer: serve };
}

const worldsDown = new WeakSet<World>();

/** Things that happen to an account from outside. */
function act(world: World, what: string, body: Record<string, unknown>): Answer {
  const conversation = String(body.conversation ?? [...world.conversations.keys()][0]);
  switch (what) {
    case "inbound":
      return {
        status: 200,
        body: {
          data: world.inbound(
            conversation,
            String(body.text),
            body.kind === "unsupported" ? "unsupported" : "text",
          ),
        },
      };
    case "arrive":
      return {
        status: 200,
        body: { data: world.arrive(String(body.name), String(body.text), body.channel as string) },
      };
    case "message": {
      const message = world.find(String(body.message));
      if (!message) return failure(404, "not_found", "message");
      Object.assign(message, body.change);
      world.changed(message);
      return { status: 204 };
    }
    case "react":
      world.react(String(body.message), "customer", (body.emoji as string) ?? null);
      return { status: 204 };
    case "update":
      return {
        status: 200,
        body: { data: world.update(conversation, body.change as Partial<Conversation>) },
      };
    case "note": {
      const about = world.conversations.get(conversation);
      if (!about) return failure(404, "not_found", "conversation");
      const colleague = world.members.find(({ id }) => id !== world.me.id);
      const author = (!body.own && colleague) || world.me;
      return { status: 201, body: { data: addNote(world, about, author.id, String(body.text)) } };
    }
    case "draft": {
      const about = world.conversations.get(conversation);
      if (!about) return failure(404, "not_found", "conversation");
      // As an assistant with a key does.
      return { status: 201, body: { data: addNote(world, about, null, String(body.text), true) } };
    }
    case "no-numbers":
      world.numbers.channels.splice(0);
      world.templates.splice(0);
      return { status: 204 };
    case "decide":
      decide(world, String(body.name), body.status as "approved", (body.reason as string) ?? null);
      return { status: 204 };
    case "flood":
      for (let at = 0; at < Number(body.count ?? 500); at++) {
        const all = [...world.conversations.keys()];
        world.inbound(all[at % Math.min(all.length, 40)] ?? conversation, `Flood ${at}`);
      }
      return { status: 204 };
    case "demote":
      world.me.role = "viewer";
      world.event("member.updated", { member: world.me });
      return { status: 204 };
    case "tell":
      return {
        status: 200,
        body: {
          data: tell(
            world,
            body.type as "mention",
            conversation,
            body.data as { text: string },
            body.at ? Date.parse(String(body.at)) : Date.now(),
          ),
        },
      };
    case "presence": {
      const colleague = world.members.find((member) => member.id !== world.me.id);
      const members = [
        {
          member_id: colleague?.id,
          online: body.online !== false,
          viewing: body.viewing ? [conversation] : [],
          typing: body.typing ? [conversation] : [],
        },
      ];
      for (const socket of world.sockets) socket.send(JSON.stringify({ type: "presence", members }));
      return { status: 200, body: { data: colleague } };
    }
    case "drop":
      if (body.stay) worldsDown.add(world);
      for (const socket of world.sockets) socket.close(1011);
      return { status: 204 };
    case "up":
      worldsDown.delete(world);
      return { status: 204 };
    default:
      return failure(404, "not_found", what);
  }
}

/** Writing to somebody first. */
function started(world: World, body: Record<string, unknown>, key: string | string[] | undefined): Answer {
  const to = typeof body.to === "string" ? body.to : null;
  // As numbers that are in no country's plan.
  if (to?.endsWith("0000000")) return failure(400, "bad_request", "The number is too short.", "to");
  const channel = String(body.channel_id ?? world.channel.id);
  const rows = [...world.conversations.values()];
  const same = (row: Conversation) => row.contact_id === body.contact_id || row.contact.phone === to;
  let row = rows.find((row) => same(row) && row.channel_id === channel);
  if (!row) {
    row = world.conversation(String(body.name ?? ""), to ?? "", new Date().toISOString());
    row.channel_id = channel;
    const known = rows.find(same);
    if (known) Object.assign(row, { contact_id: known.contact_id, contact: known.contact });
    world.event("conversation.created", { conversation: row });
  }
  const message = world.outbound(row.id, body.message as SendMessage, typeof key === "string" ? key : null);
  return { status: 202, body: { data: { conversation: row, message } } };
}

function route(world: World, request: Request): Answer {
  const { method, path, query, body, headers } = request;
  const at = (pattern: RegExp) => pattern.exec(path)?.[1] ?? "";
  const ok = (data: unknown, status = 200): Answer => ({ status, body: { data } });
  const list = (rows: unknown[]): Answer => paged(rows, query);
  const gone = () => failure(404, "not_found", "There is no such thing in this account.");
  const may = (permission: string) => permissions(world).includes(permission);

  if (path === "/session") return { status: 204, cookie: "recado=; Path=/; Max-Age=0" };
  if (path === "/members") return list(world.members);
  if (path === "/me/availability") {
    world.me.availability = body.availability as "online";
    world.event("member.updated", { member: world.me });
    return ok(me(world, permissions(world)));
  }
  const part =
    contactsRoute(world, request) ??
    notificationsRoute(world, request) ??
    webhooksRoute(world, request) ??
    numbersRoute(world, request) ??
    templatesRoute(world, request) ??
    searchRoute(world, request) ??
    notesRoute(world, request, permissions(world));
  if (part) return part;
  const inbox = inboxRoute(world, request, may("conversations:write"));
  if (inbox) return inbox;

  if (path === "/conversations" && method === "POST") {
    if (!may("messages:send")) return failure(403, "forbidden", "This needs messages:send.");
    return started(world, body, headers["idempotency-key"]);
  }
  const conversation = world.conversations.get(at(/^\/conversations\/([\w-]+)/));
  if (path.startsWith("/conversations/")) {
    if (!conversation) return gone();
    if (path.endsWith("/messages") && method === "GET")
      return threadPage([...(world.messages.get(conversation.id) ?? [])].reverse(), query);
    if (path.endsWith("/messages")) {
      if (!may("messages:send")) return failure(403, "forbidden", "This needs messages:send.");
      if (body.type !== "template" && Date.parse(conversation.window_expires_at ?? "") < Date.now())
        return failure(409, "window_closed", "The window is closed.");
      const key = headers["idempotency-key"];
      return ok(
        world.outbound(conversation.id, body as unknown as SendMessage, typeof key === "string" ? key : null),
        202,
      );
    }
    if (path.endsWith("/typing")) return { status: 204 };
    if (method === "GET") return ok(conversation);
    if (!may("conversations:write")) return failure(403, "forbidden", "This needs conversations:write.");
    if (path.endsWith("/read")) return ok(world.update(conversation.id, { unread_count: 0 }));
    if (path.endsWith("/unread"))
      return ok(world.update(conversation.id, { unread_count: Math.max(1, conversation.unread_count) }));
    const before = { ...conversation };
    const after = world.update(conversation.id, changed(body as Partial<Conversation>));
    tellChange(world, before, body as Partial<Conversation>);
    return ok(after);
  }

  const answered = at(/^\/messages\/([\w-]+)\/reaction$/);
  if (answered) {
    const message = world.react(answered, "agent", method === "PUT" ? String(body.emoji) : null);
    return message ? ok(message, 202) : gone();
  }
  const retried = at(/^\/messages\/([\w-]+)\/retry$/);
  if (retried) {
    const message = world.retry(retried);
    return message ? ok(message, 202) : failure(409, "conflict", "Only a failed message is sent again.");
  }
  if (path.startsWith("/members/")) {
    const member = world.members.find((member) => member.id === at(/^\/members\/([\w-]+)/));
    if (!member) return gone();
    if (method === "PATCH") {
      Object.assign(member, body);
      world.event("member.updated", { member });
      return ok(member);
    }
    world.members.splice(world.members.indexOf(member), 1);
    world.event("member.removed", { member });
    return { status: 204 };
  }
  const once = {
    invite: `http://127.0.0.1:8080/invite/${randomUUID()}`,
    key: `wacrm_live_${randomUUID().replaceAll("-", "")}`,
  };
  const now = new Date().toISOString();
  if (path === "/invites" && method === "POST") {
    const invite = {
      id: randomUUID(),
      role: body.role as "agent",
      email: (body.email as string) ?? null,
      created_at: now,
      expires_at: new Date(Date.now() + 6e8).toISOString(),
    };
    world.invites.unshift(invite);
    return ok({ ...invite, url: once.invite }, 201);
  }
  if (path === "/api-keys" && method === "POST") {
    const key = {
      id: randomUUID(),
      name: String(body.name),
      key_prefix: once.key.slice(0, 15),
      scopes: body.scopes as [],
      created_at: now,
      expires_at: (body.expires_at as string) ?? null,
      last_used_at: null,
      revoked_at: null,
      rate_limit: (body.rate_limit as number) ?? null,
    };
    world.keys.unshift(key);
    return ok({ ...key, key: once.key }, 201);
  }
  if (path.startsWith("/api-keys/")) {
    const key = world.keys.find((key) => key.id === at(/^\/api-keys\/([\w-]+)/));
    if (!key) return gone();
    if (method === "PATCH") return ok(Object.assign(key, body));
    key.revoked_at = now;
    return { status: 204 };
  }
  for (const [name, rows] of [
    ["invites", world.invites],
    ["sessions", world.sessions],
    ["api-keys", world.keys],
    ["intakes", world.intakes],
    ["jobs", world.jobs],
  ] as const) {
    if (path === `/${name}` && method === "GET") return list(rows as unknown[]);
    if (path === `/${name}` && method === "DELETE") {
      rows.splice(1);
      return { status: 204 };
    }
    const id = new RegExp(`^/${name}/([\\w-]+)`).exec(path)?.[1];
    const index = (rows as { id: string }[]).findIndex((row) => row.id === id);
    if (!id) continue;
    if (index < 0) return gone();
    if (method === "GET")
      return ok({ ...rows[index], body: '{"object":"whatsapp_business_account","entry":[]}' });
    const [row] = rows.splice(index, 1);
    return method === "DELETE"
      ? { status: 204 }
      : ok({ ...row, state: name === "intakes" ? "accepted" : "queued" });
  }
  return gone();
}

function permissions(world: World): string[] {
  const { role } = world.me;
  if (role === "viewer") return PERMISSIONS.viewer;
  if (role === "agent") return [...PERMISSIONS.viewer, ...PERMISSIONS.agent];
  return [...PERMISSIONS.viewer, ...PERMISSIONS.agent, ...PERMISSIONS.admin];
}

async function read(request: IncomingMessage): Promise<{ raw: Uint8Array; body: Record<string, unknown> }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const raw = Buffer.concat(chunks);
  const isJson = raw.length > 0 && !request.headers["content-type"]?.startsWith("multipart/");
  return { raw, body: isJson ? JSON.parse(raw.toString()) : {} };
}

function send(response: ServerResponse, { status, body, bytes, cookie, headers }: Answer): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  if (cookie) response.setHeader("Set-Cookie", cookie);
  if (body === undefined) {
    response.end(bytes);
    return;
  }
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(body));
}
