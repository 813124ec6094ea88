/** The mock's notifications of the one who is signed in. */
import { randomUUID } from "node:crypto";
import type * as wire from "../src/api/types.ts";
import { type Answer, failure, paged, type Request } from "./http.ts";
import type { World } from "./world.ts";

export class Notifications {
  readonly all: wire.Notification[] = [];
  preferences: wire.NotificationPreferences = {
    conversation_assigned: true,
    mention: true,
    new_message: true,
    escalation: true,
    failed_send: true,
    webhook_disabled: true,
    sound: false,
    browser: false,
  };

  get unread(): number {
    return this.all.filter((one) => one.read_at === null).length;
  }
}

/** Something to tell, as the server would. */
export function tell(
  world: World,
  type: wire.NotificationType,
  conversation: string,
  data: Partial<wire.Notification["data"]> = {},
  at = Date.now(),
): wire.Notification {
  const row = world.conversations.get(conversation);
  const notification: wire.Notification = {
    id: randomUUID(),
    type,
    title: type,
    body: data.text ?? "",
    conversation_id: conversation,
    contact_id: row?.contact.id ?? null,
    actor_id: null,
    data: {
      actor_type: data.actor_name ? "member" : "system",
      actor_name: null,
      contact_name: row?.contact.name ?? row?.contact.phone ?? null,
      message_id: null,
      content_type: null,
      note_id: null,
      text: null,
      reason: null,
      webhook_id: null,
      ...data,
    },
    created_at: new Date(at).toISOString(),
    read_at: null,
  };
  world.notifications.all.unshift(notification);
  world.event("notification.created", { notification });
  return notification;
}

export function notificationsRoute(world: World, { method, path, query, body }: Request): Answer | undefined {
  if (!path.startsWith("/notifications")) return;
  const { notifications } = world;
  const ok = (data: unknown): Answer => ({ status: 200, body: { data } });
  const now = new Date().toISOString();
  if (path === "/notifications/preferences") {
    if (method === "PATCH") notifications.preferences = { ...notifications.preferences, ...body };
    return ok(notifications.preferences);
  }
  if (path === "/notifications/count") return ok({ unread: notifications.unread });
  if (path === "/notifications/read") {
    for (const one of notifications.all) one.read_at ??= now;
    world.event("notification.read", { ids: null, count: 0 });
    return ok({ unread: 0 });
  }
  if (path === "/notifications") {
    const rows = notifications.all
      .filter((one) => query.get("unread") !== "true" || one.read_at === null)
      .filter((one) => !query.get("type") || one.type === query.get("type"));
    return paged(rows, query);
  }
  const one = notifications.all.find(({ id }) => path.endsWith(id));
  if (!one) return failure(404, "not_found", "There is no such notification.");
  if (one.read_at === null) {
    one.read_at = now;
    world.event("notification.read", { ids: [one.id], count: notifications.unread });
  }
  return ok(one);
}
