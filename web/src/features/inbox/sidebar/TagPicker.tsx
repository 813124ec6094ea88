/** The tags of the account, to be given and taken; what is typed and is none can be made one. */
import { Link } from "@tanstack/react-router";
import { Check, Plus } from "lucide-react";
import { type RefObject, useId, useRef, useState } from "react";
import type { Tag } from "@/api/types";
import { fold } from "@/contacts/fold";
import { useTags } from "@/contacts/queries";
import { TagDot } from "@/contacts/TagDot";
import { useTranslation } from "@/i18n/useTranslation";
import { cx } from "@/ui/cx";
import { Popup } from "@/ui/Popup";
import { INPUT } from "@/ui/TextField";

const MAX_NAME = 50;
/** Until the server says which colour a new tag has. */
const NO_COLOR = "#94a3b8";

export default function TagPicker({
  anchor,
  chosen,
  onChange,
  onClose,
}: {
  anchor: RefObject<HTMLElement | null>;
  chosen: readonly Tag[];
  onChange: (add: Tag[], remove: Tag[]) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { data: tags } = useTags();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const wanted = fold(text);
  const found = (tags ?? []).filter(({ name }) => fold(name).includes(wanted));
  const isNew = wanted !== "" && tags !== undefined && !tags.some(({ name }) => fold(name) === wanted);
  const count = found.length + (isNew ? 1 : 0);
  const at = Math.min(active, count - 1);

  const toggle = (tag: Tag) =>
    chosen.some((other) => other.id === tag.id) ? onChange([], [tag]) : onChange([tag], []);
  const pick = (index: number) => {
    const tag = found[index];
    if (tag) toggle(tag);
    else if (isNew) {
      const name = text.trim();
      onChange([{ id: `new:${name}`, name, color: NO_COLOR }], []);
      setText("");
      setActive(0);
    }
  };
  const move = (by: number) => {
    const next = (at + by + count) % count;
    setActive(next);
    list.current?.children[next]?.scrollIntoView({ block: "nearest" });
  };

  return (
    <Popup
      anchor={anchor}
      label={t("inbox.sidebar.tags")}
      side="bottom"
      onClose={onClose}
      className="flex w-64 max-w-[calc(100vw-32px)] flex-col"
    >
      <input
        role="combobox"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={count > 0 ? `${id}-${at}` : undefined}
        aria-autocomplete="list"
        aria-label={t("inbox.tags.search")}
        placeholder={t("inbox.tags.search")}
        value={text}
        maxLength={MAX_NAME}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing || count === 0) return;
          if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            move(event.key === "ArrowDown" ? 1 : -1);
          } else if (event.key === "Enter") {
            event.preventDefault();
            pick(at);
          }
        }}
        className={cx(INPUT, "h-9 pointer-coarse:h-11")}
      />
      <div
        ref={list}
        id={id}
        role="listbox"
        aria-label={t("inbox.sidebar.tags")}
        aria-multiselectable
        className="thin-scroll mt-1 max-h-64 overflow-y-auto"
      >
        {found.map((tag, index) => {
          const selected = chosen.some((other) => other.id === tag.id);
          return (
            <Option
              key={tag.id}
              id={`${id}-${index}`}
              active={index === at}
              selected={selected}
              onPick={() => pick(index)}
            >
              <TagDot color={tag.color} />
              <bdi className="min-w-0 flex-1 truncate text-ui-start">{tag.name}</bdi>
              {selected && <Check aria-hidden="true" className="size-4 text-accent" />}
            </Option>
          );
        })}
        {isNew && (
          <Option
            id={`${id}-${found.length}`}
            active={found.length === at}
            selected={false}
            onPick={() => pick(found.length)}
          >
            <Plus aria-hidden="true" className="size-3.5 text-muted" />
            <span className="min-w-0 flex-1 truncate">{t("inbox.tags.create", { name: text.trim() })}</span>
          </Option>
        )}
      </div>
      {tags?.length === 0 && !isNew && (
        <p className="px-2.5 py-2 text-muted text-sm">{t("inbox.tags.none")}</p>
      )}
      <Link
        to="/settings/tags"
        className="mt-1 border-line border-t px-2.5 pt-2 pb-1.5 text-muted text-sm hover:text-text"
      >
        {t("inbox.tags.manage")}
      </Link>
    </Popup>
  );
}

function Option({
  id,
  active,
  selected,
  onPick,
  children,
}: {
  id: string;
  active: boolean;
  selected: boolean;
  onPick: () => void;
  children: React.ReactNode;
}) {
  return (
    // The box above it has the focus and the keys.
    // biome-ignore lint/a11y/useFocusableInteractive: see above
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div
      id={id}
      role="option"
      aria-selected={selected}
      onPointerDown={(event) => event.preventDefault()}
      onClick={onPick}
      className={cx(
        "flex min-h-8 cursor-default items-center gap-2.5 rounded-md px-2.5 text-base hover:bg-hover pointer-coarse:min-h-11",
        active && "bg-hover",
      )}
    >
      {children}
    </div>
  );
}
