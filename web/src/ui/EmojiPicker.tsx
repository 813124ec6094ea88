/** Every emoji, searchable in the reader's language. Lazily loaded, names and all. */
import { EmojiPicker as Base, type EmojiData, type EmojiPickerListProps } from "frimousse";
import { useTranslation } from "@/i18n/useTranslation";
import { INPUT } from "./TextField";

const NAMES: Record<string, () => Promise<{ default: EmojiData }>> = {
  en: () => import("virtual:emoji/en"),
  es: () => import("virtual:emoji/es"),
  pt: () => import("virtual:emoji/pt"),
};

const PARTS: NonNullable<EmojiPickerListProps["components"]> = {
  CategoryHeader({ category, ...rest }) {
    return (
      <div
        {...rest}
        className="bg-raised px-2 pt-2 pb-1 font-medium text-muted text-xs first-letter:uppercase"
      >
        {category.label}
      </div>
    );
  },
  Row({ children, ...rest }) {
    return (
      // Counted from 1, as the standard has it.
      // biome-ignore lint/a11y/useAriaPropsSupportedByRole: the role is among the rest
      <div {...rest} aria-rowindex={(rest["aria-rowindex"] ?? 0) + 1} className="px-1">
        {children}
      </div>
    );
  },
  Emoji({ emoji, ...rest }) {
    return (
      // biome-ignore lint/a11y/useAriaPropsSupportedByRole: the role is among the rest
      <button
        type="button"
        {...rest}
        aria-colindex={(rest["aria-colindex"] ?? 0) + 1}
        className="flex size-9 items-center justify-center rounded-md text-[22px] data-active:bg-hover"
      >
        {emoji.emoji}
      </button>
    );
  },
};

async function load(language: string): Promise<EmojiData> {
  // Nobody has written the names down in Arabic yet.
  return (await (NAMES[language] ?? NAMES.en)?.())?.default as EmojiData;
}

export default function EmojiPicker({ onPick }: { onPick: (emoji: string) => void }) {
  const { t, i18n } = useTranslation();
  return (
    <Base.Root
      locale={i18n.language}
      resolveEmojiData={load}
      columns={8}
      onEmojiSelect={({ emoji }) => onPick(emoji)}
      className="flex h-80 w-[312px] max-w-[calc(100vw-32px)] flex-col"
    >
      <div className="flex items-center gap-1 p-1">
        <Base.Search
          autoFocus
          aria-label={t("emoji.search")}
          placeholder={t("emoji.search")}
          className={`${INPUT} h-9 pointer-coarse:h-11`}
        />
        <Base.SkinToneSelector
          aria-label={t("emoji.tone")}
          className="inline-flex size-9 shrink-0 items-center justify-center rounded-md text-lg hover:bg-hover pointer-coarse:size-11"
        />
      </div>
      <Base.Viewport
        tabIndex={0}
        aria-label={t("emoji.title")}
        role="region"
        className="thin-scroll relative min-h-0 flex-1 outline-none"
      >
        <Base.Loading className="absolute inset-0 flex items-center justify-center text-muted text-sm">
          {t("common.loading")}
        </Base.Loading>
        <Base.Empty className="absolute inset-0 flex items-center justify-center text-muted text-sm">
          {t("emoji.empty")}
        </Base.Empty>
        <Base.List className="select-none pb-1" components={PARTS} />
      </Base.Viewport>
    </Base.Root>
  );
}
