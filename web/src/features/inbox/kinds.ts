/** How a message that is more than text is named in a line: an icon and a word. */
import {
  Contact,
  FileText,
  Image,
  Info,
  ListChecks,
  type LucideIcon,
  MapPin,
  MessageCircleQuestion,
  Mic,
  ShoppingBag,
  Sticker,
  Video,
} from "lucide-react";
import { useCallback } from "react";
import type { Message } from "@/api/types";
import { useTranslation } from "@/i18n/useTranslation";
import { plainText } from "@/ui/formatText";

const ICONS: Record<string, LucideIcon> = {
  image: Image,
  video: Video,
  document: FileText,
  audio: Mic,
  sticker: Sticker,
  location: MapPin,
  contacts: Contact,
  interactive: ListChecks,
  template: FileText,
  order: ShoppingBag,
  system: Info,
};

export function kindIcon(kind: string): LucideIcon | undefined {
  if (kind === "text") return undefined;
  return ICONS[kind] ?? MessageCircleQuestion;
}

const NAMED = [
  "image",
  "video",
  "document",
  "audio",
  "sticker",
  "location",
  "contacts",
  "interactive",
  "template",
  "order",
  "system",
] as const;

export function useKindName(): (kind: string) => string {
  const { t } = useTranslation();
  return useCallback(
    (kind) => {
      const known = NAMED.find((name) => name === kind);
      return known ? t(`inbox.kind.${known}`) : t("inbox.kind.unsupported");
    },
    [t],
  );
}

/** A message in one line: for quotes, announcements and whoever hears the page. */
export function useSummary(): (message: Message) => string {
  const { t } = useTranslation();
  const kindName = useKindName();
  return useCallback(
    (message) => {
      if (message.deleted_at) return t("inbox.message.deleted");
      if (message.content_text) return plainText(message.content_text);
      if (message.content_type === "audio" && !message.media?.voice) return t("inbox.kind.sound");
      return message.media?.filename || kindName(message.content_type);
    },
    [t, kindName],
  );
}
