/** What people and their account are, beside the inbox: profiles, the second step of signing in, the audit log. */
import { randomUUID } from "node:crypto";
import type { AuditAction, AuditEntry, Me } from "../src/api/types.ts";
import { type Answer, failure, ok, paged, type Request } from "./http.ts";
import type { World } from "./world.ts";

const HOUR = 3_600_000;
const SQUARES = "M0 0h10v10H0zM20 0h10v10H20zM0 20h10v10H0zM14 12h6v8h-6zM22 18h8v4h-8zM12 26h10v4H12z";
const QR = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 38 38"><path d="${SQUARES}"/></svg>`;

export class Team {
  language: NonNullable<Me["member"]>["language"] = null;
  timeZone: string | null = null;
  secondStep: string | null = null;
  codes = 0;
  readonly pictures = new Map<string, Uint8Array>();
  readonly log: AuditEntry[] = [];

  note(by: { id: string; name: string }, action: AuditAction, summary: object, at = Date.now()): void {
    this.log.unshift({
      id: randomUUID(),
      actor_type: "member",
      actor_id: by.id,
      actor_name: by.name,
      action,
      subject_id: null,
      summary: summary as Record<string, never>,
      ip: "203.0.113.24",
      created_at: new Date(at).toISOString(),
    });
  }
}

export function seedLog(world: World): void {
  const [owner, agent] = world.members;
  if (!owner || !agent) return;
  const note = (by: typeof owner, hours: number, action: AuditAction, summary: object) =>
    world.team.note(by, action, summary, Date.now() - hours * HOUR);
  note(owner, 2100, "account.created", { name: world.account.name });
  note(agent, 1900, "member.joined", { name: agent.name, role: "agent" });
  note(owner, 410, "channel.connected", { name: "Wholesale", phone: "+55 11 95555-0147" });
  note(owner, 90, "api_key.created", { name: "Shop", scopes: ["messages:send"] });
  note(owner, 30, "member.changed", { name: "Noor Haddad", role: { from: "agent", to: "viewer" } });
  note(agent, 5, "session.second_step_failed", { device: "Firefox" });
  note(agent, 5, "session.started", { device: "Firefox" });
}

export function me(world: World, permissions: string[]): unknown {
  const { id, name, email, role, availability, avatar_url } = world.me;
  const { language, timeZone, secondStep } = world.team;
  return {
    account: world.account,
    member: {
      id,
      name,
      email,
      role,
      availability,
      avatar_url,
      language,
      time_zone: timeZone,
      two_factor: secondStep !== null,
    },
    key: null,
    permissions,
  };
}

export function teamRoute(
  world: World,
  { method, path, query, body }: Request,
  raw: Uint8Array,
  permissions: string[],
): Answer | undefined {
  const { team } = world;
  const whoami = () => ok(me(world, permissions));
  const changed = () => world.event("member.updated", { member: world.me });
  const note = (action: AuditAction, summary: object = {}) => team.note(world.me, action, summary);
  if ("password" in body && path.startsWith("/me/") && body.password === "wrong")
    return failure(400, "bad_request", "This is not your password.", "password");
  switch (`${method} ${path}`) {
    case "GET /me":
      return whoami();
    case "PATCH /me": {
      if (typeof body.name === "string") world.me.name = body.name;
      if ("language" in body) team.language = body.language as typeof team.language;
      if ("time_zone" in body) team.timeZone = body.time_zone as string | null;
      changed();
      return whoami();
    }
    case "PUT /me/avatar": {
      const id = randomUUID();
      team.pictures.set(id, fileOf(raw));
      world.me.avatar_url = `/api/v1/avatars/${id}`;
      changed();
      return whoami();
    }
    case "DELETE /me/avatar":
      world.me.avatar_url = null;
      changed();
      return whoami();
    case "POST /me/password":
      if (body.current_password === "wrong")
        return failure(400, "bad_request", "This is not your password.", "current_password");
      world.sessions.splice(1);
      note("member.password_changed");
      return { status: 204 };
    case "POST /me/leave":
      return world.me.role === "owner"
        ? failure(409, "last_owner", "An account needs an owner: make somebody else one first.")
        : { status: 204, cookie: "recado=; Path=/; Max-Age=0" };
    case "GET /me/two-factor":
      return ok({
        enabled: team.secondStep !== null,
        enabled_at: team.secondStep,
        recovery_codes_left: team.codes,
      });
    case "POST /me/two-factor":
      return ok({ secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", url: "otpauth://totp/Recado", qr_svg: QR });
    case "POST /me/two-factor/confirm":
      if (body.code !== "123456")
        return failure(400, "bad_request", "This is not the code that the app shows now.", "code");
      team.secondStep = new Date().toISOString();
      note("member.two_factor_enabled");
      return ok({ codes: recovery(team) });
    case "POST /me/two-factor/recovery-codes":
      note("member.recovery_codes_renewed");
      return ok({ codes: recovery(team) });
    case "POST /me/two-factor/disable":
      team.secondStep = null;
      team.codes = 0;
      note("member.two_factor_disabled");
      return { status: 204 };
    case "PATCH /account":
      note("account.renamed", { renamed: { from: world.account.name, to: body.name } });
      world.account.name = String(body.name);
      world.event("account.updated", { account: world.account });
      return ok(world.account);
    case "POST /account/owner": {
      const heir = world.members.find((member) => member.id === body.member_id);
      if (!heir) return failure(400, "bad_request", "This is no other member.", "member_id");
      heir.role = "owner";
      world.me.role = "admin";
      note("account.ownership_transferred", { name: heir.name });
      for (const member of [heir, world.me]) world.event("member.updated", { member });
      return ok(heir);
    }
    case "GET /audit-log": {
      const [actor, action] = [query.get("actor"), query.get("action")];
      const rows = team.log.filter(
        (entry) => (!actor || entry.actor_id === actor) && (!action || entry.action === action),
      );
      return paged(rows, query);
    }
  }
  const picture = /^\/avatars\/([\w-]+)$/.exec(path)?.[1];
  const bytes = picture && team.pictures.get(picture);
  return bytes ? { status: 200, bytes, headers: { "Content-Type": "image/png" } } : undefined;
}

function recovery(team: Team): string[] {
  team.codes = 10;
  return Array.from({ length: 10 }, () => randomUUID().slice(4, 23).replace(/-/g, "").slice(0, 16)).map(
    (text) => text.match(/.{4}/g)?.join("-") ?? text,
  );
}

/** The one file of a form. */
function fileOf(form: Uint8Array): Uint8Array {
  const text = Buffer.from(form);
  const start = text.indexOf("\r\n\r\n") + 4;
  const mark = text.subarray(0, text.indexOf("\r\n"));
  return text.subarray(start, text.indexOf(mark, start) - 2);
}
