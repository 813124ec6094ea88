/** What is known about a number, in words that say what to do. Pure: the texts stand in the locales. */
import type { Channel, FailureReason } from "@/api/types";
import type { Quality } from "@/team/quality";

/** How a number does, in one word; the worst comes first. */
export type State = "off" | "trouble" | "error" | "lowQuality" | "waiting" | "ready";

export function stateOf({ status, kind, health }: Channel): State {
  if (status !== "connected") return "off";
  if (health.trouble) return "trouble";
  if (health.last_error && health.last_error.at > (health.last_webhook_at ?? "")) return "error";
  if (health.quality === "RED") return "lowQuality";
  if (!health.last_webhook_at && kind !== "sandbox") return "waiting";
  return "ready";
}

export type Tone = "good" | "warning" | "danger" | "plain";

export function toneOf(state: State): Tone {
  return (
    {
      ready: "good",
      waiting: "warning",
      lowQuality: "warning",
      trouble: "danger",
      error: "danger",
      off: "plain",
    } as const
  )[state];
}

export function qualityTone(quality: Quality): Tone {
  return ({ GREEN: "good", YELLOW: "warning", RED: "danger", UNKNOWN: "plain" } as const)[quality];
}

/** How many customers a day may be written to first: `TIER_2K` are 2000. Nothing when the word is not understood. */
export function dailyLimit(word: string | null): number | "unlimited" | null {
  if (!word) return null;
  if (/UNLIMITED/i.test(word)) return "unlimited";
  const [, digits, unit] = /(\d+)\s*([KM]?)\b/i.exec(word.replaceAll("_", " ")) ?? [];
  if (!digits) return null;
  return Number(digits) * ({ K: 1_000, M: 1_000_000 }[unit?.toUpperCase() ?? ""] ?? 1);
}

const REASONS = [
  "number_unhealthy",
  "rate_limited",
  "template_problem",
  "media_rejected",
] as const satisfies FailureReason[];
export type ErrorReason = (typeof REASONS)[number] | "other";

export function errorReason(reason: FailureReason): ErrorReason {
  return REASONS.find((known) => known === reason) ?? "other";
}

/** Opens a chat with the number on the reader's own phone. */
export function chatLink(phone: string, text: string): string {
  return `https://wa.me/${phone.replace(/\D/g, "")}?text=${encodeURIComponent(text)}`;
}

/** Where the simulated phones are: at the port after Recado's, as `recado dev` places them. */
export function sandboxLink({
  protocol,
  hostname,
  port,
}: Pick<Location, "protocol" | "hostname" | "port">): string {
  const next = port ? `:${Number(port) + 1}` : "";
  return `${protocol}//${hostname}${next}/sandbox`;
}

/** As Twilio wants its senders: `whatsapp:+351215550182`. Numbers people type have spaces and no prefix. */
export function senderOf(typed: string): string {
  const bare = typed.trim().replace(/^whatsapp:/i, "");
  const digits = bare.replace(/[\s().-]/g, "").replace(/^00/, "+");
  return `whatsapp:${digits}`;
}

export function isSender(sender: string): boolean {
  return /^whatsapp:\+[1-9]\d{5,14}$/.test(sender);
}

/** Long enough that nobody guesses it, and of letters that survive being copied by hand. */
export function newVerifyToken(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = fill): string {
  const letters = "abcdefghijkmnpqrstuvwxyz23456789";
  return [...random(new Uint8Array(24))].map((byte) => letters[byte % letters.length]).join("");
}

function fill(bytes: Uint8Array<ArrayBuffer>): Uint8Array {
  return crypto.getRandomValues(bytes);
}
