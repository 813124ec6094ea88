/** What the provider of a conversation's number can carry. What it cannot is not offered; the server has the last word. */
import type { Conversation, MediaKind } from "@/api/types";
import { takesCaption } from "@/media/limits";
import { useChannels } from "@/team/queries";

export type Offers = {
  reactions: boolean;
  quotes: boolean;
  caption: (kind: MediaKind) => boolean;
  /** Of a text. */
  mostCharacters: number;
};

const ALL: Offers = { reactions: true, quotes: true, caption: takesCaption, mostCharacters: 4096 };
const TWILIO: Offers = {
  reactions: false,
  quotes: false,
  caption: (kind) => kind !== "document" && takesCaption(kind),
  mostCharacters: 1600,
};

export function useOffers({ channel_id }: Conversation): Offers {
  const { data: channels } = useChannels();
  return channels?.find(({ id }) => id === channel_id)?.kind === "twilio" ? TWILIO : ALL;
}
