/** The templates of a mock account, and what the API does with them. */
import { randomUUID } from "node:crypto";
import type { NewTemplate, Template, TemplateBody, TemplateStatus } from "../src/api/types.ts";
import { type Answer, failure, ok, paged, type Request } from "./http.ts";
import type { World } from "./world.ts";

type Seed = Partial<Template> & Pick<Template, "name" | "body">;

const SEEDS: Seed[] = [
  {
    name: "order_ready",
    body: "Hello {{1}}, your order *{{2}}* is ready. You can pick it up until {{3}}.",
    footer: "Torra & Moinho",
    buttons: [
      { type: "quick_reply", text: "On my way" },
      { type: "quick_reply", text: "Please deliver" },
    ],
    quality: "GREEN",
  },
  {
    name: "order_ready",
    language: "pt_BR",
    body: "Olá {{1}}, o seu pedido *{{2}}* está pronto. Pode buscar até {{3}}.",
    footer: "Torra & Moinho",
    buttons: [{ type: "quick_reply", text: "Estou a caminho" }],
    quality: "GREEN",
  },
  {
    name: "delivery_update",
    header: { format: "text", text: "Your delivery, {{1}}" },
    body: "Your parcel leaves us today and arrives on {{1}}.",
    buttons: [
      { type: "url", text: "Track it", url: "https://track.example/{{1}}" },
      { type: "phone", text: "Call us", phone: "+551140028922" },
    ],
    quality: "YELLOW",
  },
  {
    name: "harvest_news",
    category: "marketing",
    header: { format: "image" },
    body: "{{first_name}}, the new harvest has arrived! Until {{day}} you get *15 %* off with the code below.",
    named: true,
    footer: "Reply STOP to end these messages",
    buttons: [
      { type: "copy_code", text: "Copy the code" },
      { type: "url", text: "See the coffees", url: "https://torra.example" },
    ],
    quality: "UNKNOWN",
  },
  {
    name: "invoice",
    header: { format: "document" },
    body: "Hello {{1}}, here is the invoice for your order {{2}}. Thank you!",
    quality: "GREEN",
  },
  {
    name: "visit_us",
    category: "marketing",
    header: { format: "location" },
    body: "We have moved. Come and see the new roastery, the first coffee is on us.",
    status: "pending",
    quality: null,
  },
  {
    name: "win_back",
    category: "marketing",
    body: "We miss you {{1}}!!! BUY NOW and save 50 %",
    status: "rejected",
    reason: "INVALID_FORMAT: The message looks like spam. Use fewer capitals and say who you are.",
    quality: null,
  },
];

export function seedTemplates(channel: string, other: string | undefined): Template[] {
  const first = SEEDS.map((seed) => template(channel, seed));
  if (!other) return first;
  return [
    ...first,
    template(other, {
      name: "price_list",
      body: "Hello {{1}}, the new wholesale price list is out.",
      buttons: [{ type: "url", text: "Open the list", url: "https://torra.example/list.pdf" }],
      quality: "RED",
      status: "paused",
      reason: "Many customers blocked or reported it. WhatsApp paused it for 3 hours.",
    }),
    template(other, {
      name: "order_received",
      body: "Thank you! We have received order {{1}} and prepare it now.",
      quality: "GREEN",
    }),
  ];
}

/** Answers what is about templates; nothing when it is not. */
export function templatesRoute(world: World, { method, path, query, body }: Request): Answer | null {
  const manages = ["owner", "admin"].includes(world.me.role);
  const synced = /^\/channels\/([\w-]+)\/templates\/sync$/.exec(path)?.[1];
  if (!synced && !path.startsWith("/templates")) return null;
  if (!manages && method !== "GET") return failure(403, "forbidden", "This needs channels:manage.");
  if (synced) return { status: 204 };
  if (path === "/templates" && method === "GET") {
    const search = query.get("search")?.toLowerCase() ?? "";
    return paged(
      world.templates.filter(
        (row) =>
          (!query.get("channel_id") || row.channel_id === query.get("channel_id")) &&
          (!query.get("status") || row.status === query.get("status")) &&
          (row.name.includes(search) || row.body.toLowerCase().includes(search)),
      ),
      query,
    );
  }
  if (path === "/templates") {
    const { examples, ...wanted } = body as unknown as NewTemplate;
    if (!examples) return failure(400, "bad_request", "Examples are missing.", "examples");
    if (wanted.name === "unreachable")
      return failure(502, "provider_unreachable", "Meta could not be reached.");
    if (
      world.templates.some(
        (row) =>
          row.channel_id === wanted.channel_id &&
          row.name === wanted.name &&
          row.language === wanted.language,
      )
    )
      return failure(400, "bad_request", "There already is a template of this name and language.", "name");
    if (/!!!/.test(wanted.body))
      return failure(400, "bad_request", "WhatsApp does not accept this text.", "body");
    const row = template(wanted.channel_id, { ...wanted, status: "pending", quality: null });
    world.templates.unshift(row);
    world.event("template.created", { template: row });
    return ok(row, 201);
  }
  const at = world.templates.findIndex((row) => row.id === path.split("/")[2]);
  const row = world.templates[at];
  if (!row) return failure(404, "not_found", "There is no such template.");
  if (method === "GET") return ok(row);
  world.templates.splice(at, 1);
  world.event("template.removed", { template: row });
  return { status: 204 };
}

/** The provider has decided. */
export function decide(world: World, name: string, status: TemplateStatus, reason: string | null): void {
  for (const row of world.templates) {
    if (row.name !== name) continue;
    Object.assign(row, { status, reason, updated_at: new Date().toISOString() });
    world.event("template.updated", { template: row });
  }
}

function template(channel: string, { name, body, ...seed }: Seed): Template {
  const parts: Required<TemplateBody> = {
    header: seed.header ?? null,
    body,
    footer: seed.footer ?? null,
    buttons: seed.buttons ?? [],
  };
  return {
    id: randomUUID(),
    channel_id: channel,
    business_id: channel,
    provider_id: randomUUID(),
    name,
    language: seed.language ?? "en",
    category: seed.category ?? "utility",
    status: seed.status ?? "approved",
    quality: seed.quality ?? null,
    reason: seed.reason ?? null,
    named: seed.named ?? false,
    ...parts,
    updated_at: new Date(Date.now() - 3 * 86_400_000).toISOString(),
  };
}
