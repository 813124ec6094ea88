/** Whether a colleague has answered since somebody began to write: both answers would confuse the customer. */
import type { Message } from "@/api/types";

/** The colleague's newest reply that came after `since`; null if there is none. */
export function answeredBy(rows: readonly Message[], me: string, since: number | null): Message | null {
  if (since === null) return null;
  const newest = rows.findLast((row) => row.direction === "outbound");
  if (!newest || newest.sender_id === null || newest.sender_id === me) return null;
  return Date.parse(newest.created_at) > since ? newest : null;
}
