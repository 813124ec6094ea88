/** A conversation in which every kind of message occurs once at least, both ways. */
import type { ContactCard, Media, MessageContent, Reaction } from "../src/api/types.ts";
import type { Message, World } from "./world.ts";

const MINUTE = 60_000;

type Line = Partial<Message> & { from: "customer" | "team"; after: number; quotes?: string; name?: string };

export function seedKinds(world: World, end: number): void {
  const conversation = world.conversation("Helena Prado", "+5521987650011", new Date(end).toISOString());
  conversation.contact.company = "Empório Prado";
  conversation.contact.email = "helena@emporioprado.example";
  conversation.assigned_agent_id = world.me.id;
  const { files } = world;
  const named = new Map<string, string>();
  const lines: Line[] = [
    {
      from: "customer",
      after: 0,
      content_text: "Hi! I saw your ad. Do you also supply small grocery shops?",
      content: {
        referral: {
          source_type: "ad",
          source_id: "120210",
          source_url: "https://fb.example/ad/120210",
          headline: "Fresh from the roastery, every Tuesday",
          body: "Single-origin coffee for shops and cafés, from 3 kg.",
          click_id: "ARAk1",
        },
      },
    },
    template(
      world,
      "Good morning Helena, this is Torra & Moinho. Your sample box *TB-118* is on its way.",
      3,
    ),
    {
      from: "customer",
      after: 40,
      content_type: "interactive",
      content_text: "Send me the price list",
      quotes: "template",
      interactive_reply_id: "prices",
      content: reply({ kind: "template_button", id: "prices", title: "Send me the price list" }),
    },
    {
      from: "team",
      after: 2,
      ...file(files.paper({ filename: "Price list 2026 (wholesale).pdf", size: 482_113 })),
      content_text: "Here it is, valid until March.",
    },
    {
      from: "team",
      after: 1,
      ...file(
        files.paper({
          filename: "quantities.xlsx",
          size: 28_410,
          mime_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }),
      ),
      content_text: null,
    },
    {
      from: "customer",
      after: 9,
      name: "shelf",
      ...file(files.picture({ width: 1280, height: 960, size: 231_004 }, "shelf")),
      content_text: "This is the shelf we have for it",
      reactions: [react("agent", "👍", world.members[1]?.id ?? null)],
    },
    {
      from: "customer",
      after: 1,
      ...file(files.picture({ width: 900, height: 1200, size: 412_900 }, "bag")),
      content_text: null,
      content: { forwarded: "often" },
    },
    {
      from: "team",
      after: 3,
      quotes: "shelf",
      content_text: "Lovely! About _forty bags_ fit, I would say. ~20~ 24 to begin with?",
      edited_at: new Date(end).toISOString(),
      reactions: [react("customer", "❤️"), react("agent", "❤️", world.me.id), react("agent", "🎉", "x")],
    },
    {
      from: "customer",
      after: 2,
      ...file(files.sound({ voice: true, duration_ms: 14_000 }, 14)),
      content_text: null,
    },
    {
      from: "team",
      after: 3,
      ...file(files.sound({ voice: true, duration_ms: 6_000 }, 6)),
      content_text: null,
      status: "played",
    },
    {
      from: "customer",
      after: 1,
      ...file(files.sound({ filename: "jingle.mp3", mime_type: "audio/mpeg", size: 96_000 }, 22)),
      content_text: null,
    },
    { from: "customer", after: 4, ...file(files.film({})), content_text: "Our grinder, can it do espresso?" },
    {
      from: "customer",
      after: 1,
      ...file(
        files.picture({ kind: "sticker", width: 512, height: 512, mime_type: "image/webp" }, "sticker"),
      ),
      content_text: null,
    },
    {
      from: "customer",
      after: 3,
      content_type: "location",
      content_text: "Empório Prado",
      content: {
        location: {
          latitude: -22.98312,
          longitude: -43.22345,
          name: "Empório Prado",
          address: "Rua Dias Ferreira 214, Leblon, Rio de Janeiro",
        },
      },
    },
    {
      from: "customer",
      after: 1,
      content_type: "contacts",
      content_text: "Rita Moraes",
      content: {
        contacts: [
          card("Rita Moraes", "Purchasing", [
            { phone: "+55 21 98765-0012", wa_id: "5521987650012", label: "CELL" },
            { phone: "+55 21 3512-4400", label: "WORK" },
          ]),
        ],
      },
    },
    {
      from: "team",
      after: 6,
      content_type: "interactive",
      content_text: "When should we come by?",
      content: {
        interactive: {
          header: { type: "text", text: "First delivery" },
          body: "When should we come by? We deliver in *Leblon* on these days.",
          footer: "You can change it later",
          action: {
            type: "buttons",
            buttons: [
              { id: "tue", title: "Tuesday morning" },
              { id: "thu", title: "Thursday" },
            ],
          },
        },
      },
    },
    {
      from: "customer",
      after: 1,
      content_type: "interactive",
      content_text: "Tuesday morning",
      interactive_reply_id: "tue",
      content: reply({ kind: "button", id: "tue", title: "Tuesday morning" }),
    },
    {
      from: "team",
      after: 1,
      content_type: "interactive",
      content_text: "Which roast?",
      content: {
        interactive: {
          header: null,
          body: "Which roast would you like to begin with?",
          footer: null,
          action: {
            type: "list",
            button: "See the roasts",
            sections: [
              {
                title: "Filter",
                rows: [
                  { id: "mq", title: "Mantiqueira", description: "Caramel, orange" },
                  { id: "cp", title: "Caparaó", description: "Red fruit, cocoa" },
                ],
              },
              { title: "Espresso", rows: [{ id: "ca", title: "Casa", description: null }] },
            ],
          },
        },
      },
    },
    {
      from: "customer",
      after: 1,
      content_type: "interactive",
      content_text: "Mantiqueira",
      interactive_reply_id: "mq",
      content: reply({ kind: "list", id: "mq", title: "Mantiqueira", description: "Caramel, orange" }),
    },
    {
      from: "customer",
      after: 2,
      content_type: "order",
      content_text: "Only whole beans please",
      content: {
        order: {
          catalog_id: "c1",
          items: [
            { product: "MANTIQUEIRA-1KG", quantity: 12, price: 69, currency: "BRL" },
            { product: "CAPARAO-500", quantity: 6, price: 41.5, currency: "BRL" },
          ],
        },
      },
    },
    {
      from: "team",
      after: 4,
      sender_id: null,
      is_echo: true,
      content_text: "Thank you Helena! I pack it myself. — Marina",
    },
    {
      from: "customer",
      after: 1,
      content_type: "text",
      content_text: null,
      deleted_at: new Date(end).toISOString(),
    },
    {
      from: "customer",
      after: 1,
      ...file({
        ...files.picture({ width: 800, height: 1400 }, "receipt"),
        state: "pending",
        thumbnail: false,
        width: null,
        height: null,
      }),
      content_text: "Proof of payment",
    },
    {
      from: "customer",
      after: 1,
      ...file({
        ...files.paper({ filename: "contract.pdf" }),
        state: "failed",
        error: "WhatsApp no longer has this file.",
      }),
      content_text: null,
    },
    {
      from: "customer",
      after: 1,
      content_type: "system",
      sender_type: "system",
      content_text: "Helena changed her phone number",
      content: {
        system: { kind: "number_changed", body: "Helena changed from +5521987650000 to +5521987650011" },
      },
    },
    {
      from: "customer",
      after: 2,
      content_type: "unsupported",
      content_text: null,
      content: { unsupported: { kind: "poll_creation", title: "Message type is not supported" } },
    },
    { from: "customer", after: 1, content_text: "👌🎉" },
    {
      from: "customer",
      after: 1,
      quotes: "shelf",
      content_text: "See you on Tuesday then!",
    },
  ];
  let time = end - lines.reduce((sum, line) => sum + line.after, 0) * MINUTE;
  for (const { from, after, quotes, name, ...change } of lines) {
    time += after * MINUTE;
    const at = new Date(time).toISOString();
    const message = world.message(conversation.id, from === "customer" ? "inbound" : "outbound", null, at);
    if (from === "team") message.sender_id = world.me.id;
    Object.assign(message, change, quotes ? { reply_to_message_id: named.get(quotes) ?? null } : {});
    if (message.content_type === "template") named.set("template", message.id);
    if (name) named.set(name, message.id);
    world.append(message);
  }
  world.touch(conversation);
  conversation.window_expires_at = new Date(Date.now() + 3.4 * 60 * MINUTE).toISOString();
}

function template(world: World, body: string, after: number): Line {
  const header = world.files.picture({ width: 1200, height: 630, mime_type: "image/png" }, "bag");
  return {
    from: "team",
    after,
    content_type: "template",
    content_text: body,
    template_name: "sample_box",
    content: {
      template: {
        name: "sample_box",
        language: "en",
        header: { format: "image" },
        body,
        footer: "Torra & Moinho",
        buttons: [
          { type: "quick_reply", text: "Send me the price list" },
          { type: "url", text: "Track it", url: "https://track.example/TB-118" },
        ],
        values: { header: {}, header_media_id: header.id, body: { 1: "Helena" }, buttons: {} },
      },
    },
  };
}

function file(media: Media): Pick<Message, "content_type" | "media" | "media_url"> {
  return { content_type: media.kind, media, media_url: `/api/v1/media/${media.id}` };
}

function react(actor: Reaction["actor_type"], emoji: string, id: string | null = null): Reaction {
  return { actor_type: actor, actor_id: id, emoji, created_at: new Date().toISOString() };
}

function reply(change: Partial<NonNullable<MessageContent["reply"]>>): MessageContent {
  return { reply: { kind: "button", id: null, title: null, description: null, response: null, ...change } };
}

function card(name: string, title: string, phones: NonNullable<ContactCard["phones"]>): ContactCard {
  const [first = "", last = ""] = name.split(" ");
  return {
    name,
    first_name: first,
    last_name: last,
    company: "Empório Prado",
    title,
    phones,
    emails: ["rita@emporioprado.example"],
  };
}
