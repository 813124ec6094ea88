/** The numbers of a mock account: three to look at, and what the API does with them. */
import { randomUUID } from "node:crypto";
import type { Channel, ChannelHealth, NewChannel, TwilioSender } from "../src/api/types.ts";
import { type Answer, failure, ok, paged, type Request } from "./http.ts";
import type { World } from "./world.ts";

const MINUTE = 60_000;
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
const UNKNOWN: ChannelHealth = {
  quality: null,
  limit: null,
  trouble: null,
  last_webhook_at: null,
  last_error: null,
  checked_at: null,
};

export class Numbers {
  readonly channels: Channel[];
  twilio: string | null = null;

  constructor(agent: string) {
    this.channels = [
      this.channel({
        label: "Shop",
        kind: "sandbox",
        display_phone: "+55 11 4002-8922",
        is_default: true,
        assigned_member_id: agent,
        health: { ...UNKNOWN, last_webhook_at: ago(2 * MINUTE) },
      }),
      this.channel({
        label: "Wholesale",
        kind: "meta",
        display_phone: "+55 11 95555-0147",
        assigned_member_id: agent,
        provider: { phone_number_id: "104455667788991", waba_id: "220011446688335" },
        verify_token: "torra-9f3KQ2xv7LmB",
        health: {
          quality: "YELLOW",
          limit: "TIER_2K",
          trouble: null,
          last_webhook_at: ago(7 * MINUTE),
          last_error: null,
          checked_at: ago(44 * MINUTE),
        },
      }),
      this.channel({
        label: "Porto",
        kind: "twilio",
        display_phone: "+351 21 555 0182",
        status: "inactive",
        provider: { account_sid: `AC${"5".repeat(32)}`, sender: "whatsapp:+351215550182" },
        health: {
          quality: "GREEN",
          limit: "TIER_UNLIMITED",
          trouble: "OFFLINE",
          last_webhook_at: ago(26 * 60 * MINUTE),
          last_error: {
            reason: "number_unhealthy",
            message: "Authenticate (20003)",
            at: ago(25 * 60 * MINUTE),
          },
          checked_at: ago(60 * MINUTE),
        },
      }),
    ];
  }

  channel(given: Partial<Channel> & Pick<Channel, "label" | "kind" | "display_phone">): Channel {
    const path = `/hooks/${given.kind}/${randomUUID().slice(0, 8)}`;
    return {
      id: randomUUID(),
      is_default: false,
      status: "connected",
      assigned_member_id: null,
      auto_assign: "off",
      connected_at: ago(90 * 24 * 60 * MINUTE),
      health: UNKNOWN,
      webhook_path: path,
      webhook_url: `https://recado.torra.example${path}`,
      ...given,
    };
  }
}

/** Answers what is about numbers; nothing when it is not. */
export function numbersRoute(world: World, { method, path, query, body }: Request): Answer | null {
  const { numbers } = world;
  const known = () => numbers.channels.filter((channel) => channel.status !== "deleted");
  const manages = ["owner", "admin"].includes(world.me.role);
  const shown = ({ verify_token, ...channel }: Channel, one: boolean) => {
    if (manages) return one && verify_token ? { ...channel, verify_token } : channel;
    const { webhook_path: _path, webhook_url: _url, provider: _provider, ...rest } = channel;
    return rest;
  };
  const told = ({ webhook_path, webhook_url, provider, verify_token, ...channel }: Channel) => channel;
  const about =
    path.startsWith("/channels") || path.startsWith("/integrations/twilio") ? path.split("/").slice(1) : null;
  if (path === "/integrations/sandbox") return ok({ available: false });
  if (!about || path.includes("/templates")) return null;
  if (method === "GET" && path === "/channels")
    return paged(
      known().map((channel) => shown(channel, false)),
      query,
    );
  if (!manages && method !== "GET") return failure(403, "forbidden", "This needs channels:manage.");

  if (about[0] === "integrations") {
    if (about[2] === "senders") return numbers.twilio ? paged(senders(known()), query) : notConfigured();
    if (method === "PUT") {
      if (body.auth_token === "wrong")
        return failure(400, "bad_request", "Twilio does not know this SID and token together.", "auth_token");
      if (body.auth_token === "unreachable") return unreachable("Twilio");
      numbers.twilio = String(body.account_sid);
    }
    if (method === "DELETE") {
      numbers.twilio = null;
      return { status: 204 };
    }
    return ok({ account_sid: numbers.twilio, configured: numbers.twilio !== null });
  }

  const enabled = (id: unknown) =>
    world.members.some((member) => member.id === id && member.whatsapp_enabled);
  const needsMember = () =>
    failure(
      400,
      "bad_request",
      "An active number needs a member who has WhatsApp enabled.",
      "assigned_member_id",
    );
  if (about.length === 1) {
    const wanted = body as unknown as NewChannel;
    if (wanted.active && !enabled(wanted.assigned_member_id)) return needsMember();
    const status = wanted.active ? "connected" : "inactive";
    const common = {
      label: wanted.label,
      status,
      assigned_member_id: wanted.assigned_member_id ?? null,
      connected_at: new Date().toISOString(),
    } as const;
    let channel: Channel;
    if (wanted.kind === "meta") {
      if (wanted.access_token === "unreachable") return unreachable("Meta");
      if (wanted.access_token === "wrong")
        return failure(400, "bad_request", "Meta does not accept this access token.", "access_token");
      const { phone_number_id = null, waba_id = null } = wanted;
      if (!phone_number_id || !waba_id || !/^\d+$/.test(phone_number_id))
        return failure(400, "bad_request", "Meta knows no number by this id.", "phone_number_id");
      if (phone_number_id === "104455667788991")
        return failure(409, "already_connected", "This number is already connected.");
      channel = numbers.channel({
        ...common,
        kind: "meta",
        display_phone: "+1 555-010-4477",
        provider: { phone_number_id, waba_id },
        verify_token: wanted.verify_token ?? randomUUID(),
        health: { ...UNKNOWN, quality: "GREEN", limit: "TIER_250", checked_at: new Date().toISOString() },
      });
    } else {
      if (!numbers.twilio) return notConfigured();
      const sender = wanted.sender ?? "";
      if (!/^whatsapp:\+\d{6,15}$/.test(sender))
        return failure(400, "bad_request", "Write the number as whatsapp:+1234567890.", "sender");
      channel = numbers.channel({
        ...common,
        kind: "twilio",
        display_phone: sender.slice(9),
        provider: { account_sid: numbers.twilio, sender },
        health: { ...UNKNOWN, quality: "UNKNOWN", checked_at: new Date().toISOString() },
      });
    }
    numbers.channels.push(channel);
    world.event("channel.created", { channel: told(channel) });
    return ok(shown(channel, true), 201);
  }

  const channel = known().find((channel) => channel.id === about[1]);
  if (!channel) return failure(404, "not_found", "There is no such number.");
  if (method === "GET") return ok(shown(channel, true));
  if (method === "DELETE") {
    channel.status = "deleted";
    world.event("channel.removed", { channel: told(channel) });
    return { status: 204 };
  }
  if (about[2] === "check") {
    channel.health = { ...channel.health, quality: "GREEN", checked_at: new Date().toISOString() };
  } else {
    if (body.access_token === "wrong")
      return failure(400, "bad_request", "Meta does not accept this access token.", "access_token");
    const member = "assigned_member_id" in body ? body.assigned_member_id : channel.assigned_member_id;
    const active = "active" in body ? body.active : channel.status === "connected";
    if (active && !enabled(member)) return needsMember();
    if (typeof body.label === "string") channel.label = body.label;
    channel.assigned_member_id = (member as string | null) ?? null;
    channel.status = active ? "connected" : "inactive";
    if (body.auto_assign) channel.auto_assign = body.auto_assign as "off";
    if (body.is_default) for (const each of numbers.channels) each.is_default = each === channel;
  }
  world.event("channel.updated", { channel: told(channel) });
  return ok(shown(channel, true));
}

function senders(known: Channel[]): TwilioSender[] {
  const connected = (phone: string) =>
    known.some(
      (channel) =>
        channel.provider && "sender" in channel.provider && channel.provider.sender.endsWith(phone),
    );
  return (
    [
      ["+351215550182", "Torra Porto", "ONLINE"],
      ["+351225550199", "Torra Braga", "ONLINE"],
      ["+351235550123", null, "PENDING_VERIFICATION"],
    ] as const
  ).map(([phone, name, status], at) => ({
    sid: `XE${at}`,
    phone,
    name,
    status,
    online: status === "ONLINE",
    connected: connected(phone),
  }));
}

function notConfigured(): Answer {
  return failure(409, "twilio_not_configured", "Save the account SID and auth token of Twilio first.");
}

function unreachable(name: string): Answer {
  return failure(502, "provider_unreachable", `${name} could not be reached.`);
}
