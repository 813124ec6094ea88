/** How a message that is more than text is named in a line: an icon and a word. */
import {
  Contact,
  FileText,
  Image,
  ListChecks,
  type LucideIcon,
  MapPin,
  MessageCircleQuestion,
  Mic,
  ShoppingBag,
  Sticker,
  Video,
} from "lucide-react";
import { useTranslation } from "react-i18next";

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
] as const;

export function useKindName(): (kind: string) => string {
  const { t } = useTranslation();
  return (kind) => {
    const known = NAMED.find((name) => name === kind);
    return known ? t(`inbox.kind.${known}`) : t("inbox.kind.unsupported");
  };
}
