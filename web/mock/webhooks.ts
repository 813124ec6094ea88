/** The mock's outgoing webhooks: endpoints, and a log of what they were told. Nothing is really sent. */
import { randomBytes, randomUUID } from "node:crypto";
import type * as wire from "../src/api/types.ts";
import { type Answer, failure, ok, paged, type Request } from "./http.ts";
import type { World } from "./world.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export class Webhooks {
  readonly all: wire.Webhook[] = [];
  readonly told: wire.DeliveryDetails[] = [];

  constructor() {
    const now = Date.now();
    const shop = webhook("https://shop.example.com/recado", "Shop", [
      "message.received",
      "message.status_updated",
    ]);
    shop.created_at = iso(now - 40 * DAY);
    const old = webhook("https://old-crm.example.com/hooks/9f2", null, ["*"]);
    old.is_active = false;
    old.created_at = iso(now - 200 * DAY);
    old.failing_since = iso(now - 5 * DAY);
    old.disabled_at = iso(now - 2 * DAY);
    old.disabled_reason = "failing";
    this.all.push(shop, old);
    const about = (
      minutes: number,
      state: wire.DeliveryState,
      change: Partial<wire.DeliveryDetails> = {},
    ) => {
      const one = delivery(shop, "message.received", now - minutes * MINUTE);
      this.told.push({ ...one, state, ...change });
    };
    about(2, "delivered");
    about(9, "pending", {
      attempts: 3,
      response_status: 503,
      response_body: "<h1>Service Unavailable</h1>",
      error: "The endpoint answered with status 503.",
      next_try_at: iso(now + 5 * MINUTE),
    });
    about(64, "delivered", { event: "message.status_updated", duration_ms: 88 });
    about(1500, "failed", {
      attempts: 10,
      response_status: null,
      response_body: null,
      error: "The endpoint did not answer within 10s.",
      duration_ms: 10_001,
    });
    for (let nth = 0; nth < 60; nth += 1) about(1600 + nth * 7, "delivered");
  }
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function webhook(url: string, description: string | null, events: wire.WebhookChoice[]): wire.Webhook {
  const now = iso(Date.now());
  return {
    id: randomUUID(),
    url,
    description,
    events,
    is_active: true,
    failing_since: null,
    disabled_at: null,
    disabled_reason: null,
    old_secret_until: null,
    created_at: now,
    updated_at: now,
  };
}

function delivery(to: wire.Webhook, event: wire.Delivery["event"], at: number): wire.DeliveryDetails {
  const id = randomUUID();
  const told = {
    id,
    event,
    type: event,
    occurred_at: iso(at),
    timestamp: iso(at),
    account_id: randomUUID(),
    data: { content_type: "text", text: "Is the blue one still there?", status: "received" },
  };
  return {
    id: randomUUID(),
    webhook_id: to.id,
    event_id: id,
    event,
    state: "delivered",
    attempts: 1,
    next_try_at: null,
    last_try_at: iso(at + 400),
    duration_ms: 142,
    response_status: 200,
    response_body: '{"ok":true}',
    error: null,
    created_at: iso(at),
    request_body: JSON.stringify(told),
  };
}

function secret(): string {
  return `whsec_${randomBytes(32).toString("base64")}`;
}

export function webhooksRoute(world: World, { method, path, query, body }: Request): Answer | undefined {
  if (!path.startsWith("/webhooks")) return;
  const { all, told } = world.webhooks;
  const [, , id, part, deliveryId, again] = path.split("/");
  if (typeof body.url === "string" && !body.url.startsWith("https://"))
    return failure(400, "bad_request", "The address must begin with https://.", "url");
  if (!id) {
    if (method === "GET") return ok(all);
    const made = webhook(
      String(body.url),
      body.description ? String(body.description) : null,
      (body.events as wire.WebhookChoice[] | undefined) ?? ["*"],
    );
    all.unshift(made);
    return ok({ ...made, secret: secret() }, 201);
  }
  const one = all.find((known) => known.id === id);
  if (!one) return failure(404, "not_found", "There is no such webhook.");
  if (!part) {
    if (method === "DELETE") {
      all.splice(all.indexOf(one), 1);
      return { status: 204 };
    }
    if (method === "PATCH") {
      const off = body.is_active === false;
      Object.assign(one, body, {
        description: "description" in body ? body.description || null : one.description,
        ...("is_active" in body && {
          failing_since: null,
          disabled_at: off ? iso(Date.now()) : null,
          disabled_reason: off ? "manual" : null,
        }),
      });
    }
    return ok(one);
  }
  if (part === "rotate-secret") {
    one.old_secret_until = iso(Date.now() + DAY);
    return ok({ ...one, secret: secret() });
  }
  if (part === "test") {
    const sent = delivery(one, "webhook.test", Date.now());
    const fails = one.url.includes("old-crm");
    if (fails) {
      sent.state = "failed";
      sent.response_status = 404;
      sent.response_body = "Not here";
      sent.error = "The endpoint answered with status 404.";
    }
    told.unshift(sent);
    return ok(sent);
  }
  const rows = told.filter((known) => known.webhook_id === id);
  if (!deliveryId) {
    const state = query.get("state");
    return paged(
      rows.filter((known) => !state || known.state === state),
      query,
    );
  }
  const found = rows.find((known) => known.id === deliveryId);
  if (!found) return failure(404, "not_found", "There is no such delivery.");
  if (again === "replay") {
    Object.assign(found, { state: "delivered", attempts: found.attempts + 1, next_try_at: null });
    Object.assign(found, {
      response_status: 200,
      response_body: '{"ok":true}',
      error: null,
      duration_ms: 97,
    });
    return ok(found, 202);
  }
  return ok(found);
}
