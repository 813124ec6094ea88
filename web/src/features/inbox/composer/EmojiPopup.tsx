import type { RefObject } from "react";
import { useTranslation } from "@/i18n/useTranslation";
import EmojiPicker from "@/ui/EmojiPicker";
import { Popup } from "@/ui/Popup";

export default function EmojiPopup({
  anchor,
  onPick,
  onClose,
}: {
  anchor: RefObject<HTMLElement | null>;
  onPick: (emoji: string) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Popup anchor={anchor} label={t("emoji.title")} align="end" onClose={onClose}>
      <EmojiPicker onPick={onPick} />
    </Popup>
  );
}
