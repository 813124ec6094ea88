/** What a message holds beside its text: pictures, players, places, cards. */
import { FileText, MapPin, UserRound } from "lucide-react";
import { type Content, type Message, markPlayed, mediaUrl } from "./api";
import { CardView } from "./CardView";
import { sizeOf } from "./format";
import { t } from "./texts";

export function MessageContent({
  message,
  waId,
  onPress,
}: {
  message: Message;
  waId: string;
  onPress: (what: { button: number } | { row: string }) => void;
}) {
  const { kind, content } = message;
  if (message.revoked) return <p className="text-muted italic">{t.revoked}</p>;
  if (content?.card) return <CardView card={content.card} onPress={onPress} />;
  switch (kind) {
    case "image":
    case "sticker":
    case "video":
    case "audio":
    case "document":
      return (
        <>
          <Media message={message} content={content ?? {}} waId={waId} />
          <Text text={message.text} />
        </>
      );
    case "location":
      return <Place place={content ?? {}} />;
    case "contacts":
      return (
        <ul className="flex flex-col gap-1 py-0.5">
          {content?.contacts?.map((card, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the cards of a message never move
            <li key={index} className="flex items-center gap-2.5 pe-4">
              <span className="flex size-9 shrink-0 items-center justify-center rounded-full bg-hover text-muted">
                <UserRound aria-hidden="true" className="size-4.5" />
              </span>
              <span className="min-w-0">
                <span className="block font-medium">{card.name?.formatted_name ?? t.kinds.contacts}</span>
                <bdi dir="ltr" className="text-muted text-sm">
                  {card.phones?.[0]?.phone}
                </bdi>
              </span>
            </li>
          ))}
        </ul>
      );
    case "text":
    case "button":
    case "system":
      return <Text text={message.text} />;
    default:
      return message.text ? (
        <Text text={message.text} />
      ) : (
        <p className="text-muted italic">{kindName(kind)}</p>
      );
  }
}

export function Text({ text }: { text: string }) {
  if (!text) return null;
  return (
    <p dir="auto" className="whitespace-pre-wrap [overflow-wrap:anywhere]">
      {text}
    </p>
  );
}

/** A line about a message: its text, or what kind it is. */
export function summary(kind: string | null, text: string | null): string {
  return text || kindName(kind ?? "text");
}

function kindName(kind: string): string {
  return (t.kinds as Record<string, string>)[kind] ?? t.kinds.other;
}

function Media({ message, content, waId }: { message: Message; content: Content; waId: string }) {
  if (!content.media) return <p className="text-muted italic">{kindName(message.kind)}</p>;
  const url = mediaUrl(content.media);
  switch (message.kind) {
    case "image":
      return (
        <a href={url} target="_blank" rel="noreferrer" className="-mx-1.5 my-0.5 block">
          <img
            src={url}
            alt={message.text || t.kinds.image}
            className="max-h-72 min-h-24 w-64 rounded-lg bg-hover object-cover"
          />
        </a>
      );
    case "sticker":
      return <img src={url} alt={t.kinds.sticker} className="my-1 size-32 object-contain" />;
    case "video":
      return (
        // biome-ignore lint/a11y/useMediaCaption: nobody has written captions for what customers film
        <video src={url} controls preload="metadata" className="-mx-1.5 my-0.5 w-64 rounded-lg" />
      );
    case "audio":
      return (
        // biome-ignore lint/a11y/useMediaCaption: nor for what they say
        <audio
          src={url}
          controls
          preload="metadata"
          aria-label={content.voice ? t.kinds.voice : t.kinds.audio}
          // Listened to is a status of its own; if it gets lost, the next time tells it.
          onPlay={() => message.from_business && markPlayed(waId, message.id).catch(() => {})}
          className="my-1 h-10 w-60 max-w-full"
        />
      );
    default:
      return (
        <a
          href={url}
          target="_blank"
          rel="noreferrer"
          className="-mx-1 my-0.5 flex min-w-48 items-center gap-2.5 rounded-lg bg-hover/70 p-2 hover:bg-hover"
        >
          <FileText aria-hidden="true" className="size-7 shrink-0 text-accent" />
          <span className="min-w-0">
            <span className="block truncate font-medium">{content.filename ?? t.kinds.document}</span>
            <span className="text-muted text-sm">{sizeOf(content.size ?? 0)}</span>
          </span>
        </a>
      );
  }
}

export function Place({ place }: { place: Content }) {
  return (
    <div className="my-0.5 flex min-w-48 items-center gap-2.5">
      <span className="flex size-11 shrink-0 items-center justify-center rounded-lg bg-accent-soft text-accent">
        <MapPin aria-hidden="true" className="size-5.5" />
      </span>
      <span className="min-w-0">
        <bdi className="block font-medium text-ui-start">{place.name ?? t.kinds.location}</bdi>
        {place.address && <bdi className="block text-muted text-sm text-ui-start">{place.address}</bdi>}
        <bdi dir="ltr" className="text-faint text-xs">
          {place.latitude}, {place.longitude}
        </bdi>
      </span>
    </div>
  );
}
