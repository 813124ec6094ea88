// The Recado under test: the binary with a demo account, filled with conversations as customers and the shop's own phone
// write them, through signed webhooks.
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** Customers, newest first. The first have a phone of the sandbox, and with it pictures. */
const CUSTOMERS = 200;
const WITH_PICTURES = 12;
const LONG = 40;
const MESSAGES = { long: 120, short: 25 };
/** Of a webhook: Meta posts bundles like this when much has gathered. */
const BUNDLE = 100;
const SENTENCES = [
  "Good morning! Is the sourdough still there?",
  "Yes, two loaves. Shall I keep one for you?",
  "Perfect 🙂",
  "I would come by this afternoon, around four if that suits you. My sister may come instead of me, her name is Irene.",
  "*Of course*, it will be at the counter with your name on it.",
  "And the cake for Saturday? https://miga.example/cakes/almond?size=24",
  "It serves twelve. _Without nuts_ costs the same.",
  "👍",
  "Thank you so much! You have saved the birthday again, as every year. Tell Lucía that the last one was gone within minutes.",
  "Until then!",
];

/** Starts it on a folder; resolves to what it says of itself, and how to end it. */
export async function startRecado(binary, folder) {
  const { DATABASE_URL: _, ...env } = process.env;
  const args = ["dev", "--json", "--listen", "127.0.0.1:0", "--data", folder];
  const child = spawn(binary, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stderr.on("data", (part) => {
    log = (log + part).slice(-4_000);
  });
  const ended = once(child, "close");
  for await (const line of createInterface(child.stdout)) {
    const stop = async () => {
      child.kill();
      await ended;
    };
    return { ...JSON.parse(line), stop };
  }
  throw new Error(`Recado did not get ready:\n${log}`);
}

/** Fills it. Resolves to the customers: their names are said in each of their messages. */
export async function furnish(recado) {
  const now = Math.floor(Date.now() / 1000);
  const customers = [];
  for (let number = 0; number < CUSTOMERS; number++) {
    const name = `Customer ${String(number).padStart(3, "0")}`;
    const waId = number < WITH_PICTURES ? await phone(recado, name) : `4915100000${1_000 + number}`;
    customers.push({ number, name, waId });
  }
  // The oldest first: that is the order in which they came.
  for (const customer of [...customers].reverse()) {
    const count = customer.number < LONG ? MESSAGES.long : MESSAGES.short;
    const last = now - 600 - customer.number * 240;
    for (let from = 0; from < count; from += BUNDLE) {
      const bundle = [];
      for (let at = from; at < Math.min(count, from + BUNDLE); at++) {
        bundle.push({ said: at, at: last - (count - at) * 400 });
      }
      await tell(recado, customer, bundle);
    }
  }
  for (const { waId } of customers.slice(0, WITH_PICTURES)) {
    for (const caption of ["The shelf", "The counter"]) {
      await ask(`${recado.sandbox_url}/sandbox/api/phones/${waId}/messages`, { type: "image", caption });
    }
  }
  await readAll(recado);
  return customers;
}

/** One message of a customer, now. */
export function write(recado, customer, number) {
  return tell(recado, customer, [{ said: number * 2, at: Math.floor(Date.now() / 1000) }]);
}

async function phone({ sandbox_url: sandbox }, name) {
  return (await ask(`${sandbox}/sandbox/api/phones`, { name })).wa_id;
}

/** Every other message is the shop's own, written on its phone. */
async function tell(recado, { name, waId }, bundle) {
  const { phone_number_id, waba_id } = recado.meta;
  const metadata = { display_phone_number: "15550001111", phone_number_id };
  const contacts = [{ profile: { name }, wa_id: waId }];
  // One for each: the order in which they were written.
  const changes = bundle.map(({ said, at }) => {
    const message = {
      id: `wamid.${Buffer.from(`${waId} ${ids++}`).toString("base64")}`,
      timestamp: String(at),
      type: "text",
      text: { body: `${SENTENCES[said % SENTENCES.length]} (${name})` },
    };
    const [field, told] =
      said % 2 === 0
        ? ["messages", { contacts, messages: [{ from: waId, ...message }] }]
        : [
            "smb_message_echoes",
            { message_echoes: [{ from: metadata.display_phone_number, to: waId, ...message }] },
          ];
    return { field, value: { messaging_product: "whatsapp", metadata, ...told } };
  });
  await post(recado, { object: "whatsapp_business_account", entry: [{ id: waba_id, changes }] });
}

let ids = 0;

async function post({ url, meta }, webhook) {
  const body = JSON.stringify(webhook);
  const signature = createHmac("sha256", meta.app_secret).update(body).digest("hex");
  const headers = { "content-type": "application/json", "x-hub-signature-256": `sha256=${signature}` };
  const answer = await fetch(url + meta.webhook_path, { method: "POST", headers, body });
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`The webhook was answered ${answer.status}.`);
}

/** The team has read everything and the pictures are there: what comes to rest before anything is measured. */
async function readAll(recado) {
  const headers = { authorization: `Bearer ${recado.api_key}` };
  const api = `${recado.url}/api/v1`;
  let cursor = "";
  do {
    const page = await ask(`${api}/conversations?limit=100${cursor}`, undefined, headers);
    for (const { id, unread_count: unread } of page.data) {
      if (unread > 0) await ask(`${api}/conversations/${id}/read`, {}, headers);
    }
    cursor = page.meta.next_cursor ? `&cursor=${encodeURIComponent(page.meta.next_cursor)}` : "";
  } while (cursor);
}

async function ask(url, body, headers = {}) {
  const answer = await fetch(url, {
    ...(body ? { method: "POST", body: JSON.stringify(body) } : {}),
    headers: { ...headers, "content-type": "application/json" },
  });
  const said = await answer.text();
  if (!answer.ok) throw new Error(`${url} was answered ${answer.status}: ${said.slice(0, 300)}`);
  return said ? JSON.parse(said) : null;
}
