/** One box for everything: what is typed finds actions, pages, customers and messages. */
import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowLeft, Check, LockKeyhole, Search, X } from "lucide-react";
import { isValidElement, type KeyboardEvent, type ReactNode, Suspense, useRef, useState } from "react";
import type { Conversation } from "@/api/types";
import { findInLists } from "@/features/inbox/queries/lists";
import { useTranslation } from "@/i18n/useTranslation";
import { keys } from "@/live/keys";
import type { Stamped } from "@/live/stamped";
import { IconButton } from "@/ui/Button";
import { Kbd } from "@/ui/Kbd";
import { typedAhead } from "@/ui/shortcuts";
import type { Asked, Level } from "./context";
import { type Command, type Group, shownOf } from "./match";
import { useCommonCommands, useConversationCommands } from "./useCommands";
import { useHits } from "./useHits";

export default function Palette({ asked, onClosed }: { asked: Asked; onClosed: () => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(true);
  const [level, setLevel] = useState<Level | null>(asked.level ?? null);
  const [typed, setTyped] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const chosen = useRef<Command | null>(null);
  const [dialog, setDialog] = useState<ReactNode>(null);
  const conversation = useKnown(asked.conversation);
  const conversationCommands = useConversationCommands(conversation);
  const commonCommands = useCommonCommands();
  const hits = useHits(level ? "" : typed);
  const titles: Record<Level, string> = {
    assign: t("palette.assign"),
    snooze: t("inbox.snooze.button"),
    settings: t("settings.title"),
    theme: t("appearance.theme"),
    language: t("appearance.language"),
    availability: t("presence.availability"),
  };
  const groups = [
    ...shownOf([...conversationCommands, ...commonCommands], level, typed, titles),
    ...hits.groups,
  ];
  const count = groups.reduce((sum, { items }) => sum + items.length, 0);

  const choose = (command: Command) => {
    if (command.reason) return;
    if (command.opens) {
      setLevel(command.opens);
      setTyped("");
      input.current?.focus();
      return;
    }
    chosen.current = command;
    command.run?.();
    setOpen(false);
  };
  /** Out of a list that was reached from here; whoever asked for the list itself is done. */
  const back = () => {
    if (!level || asked.level) return false;
    setLevel(null);
    setTyped("");
    return true;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const again = (event.ctrlKey || event.metaKey) && event.code === "KeyK";
    if (again) {
      event.preventDefault();
      setOpen(false);
    } else if (event.key === "Backspace" && typed === "" && back()) {
      event.preventDefault();
    }
  };

  if (dialog) return <Suspense fallback={null}>{dialog}</Suspense>;
  return (
    <Dialog.Root
      open={open}
      onOpenChange={(next, details) => {
        if (!next && details.reason === "escape-key" && back()) details.cancel();
        else setOpen(next);
      }}
      onOpenChangeComplete={(opened) => {
        if (opened) return;
        const { after, dialog } = chosen.current ?? {};
        if (dialog) {
          setDialog(dialog(onClosed));
          return;
        }
        after?.();
        onClosed();
        // The page that was opened, if nothing on it takes the focus by itself, as the box for a reply does. The same
        // where what had the focus before is gone.
        requestAnimationFrame(() => {
          if (document.activeElement === document.body) document.getElementById("page")?.focus();
        });
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 animate-appear bg-[oklch(0.15_0.02_265/0.45)]" />
        <Dialog.Popup
          aria-label={t("palette.title")}
          initialFocus={input}
          finalFocus={() => !chosen.current?.leaves}
          onKeyDown={onKeyDown}
          className="fixed inset-x-4 top-[10vh] z-40 mx-auto flex max-h-[min(560px,80vh)] max-w-xl animate-appear flex-col overflow-hidden rounded-xl border border-line bg-raised shadow-pop outline-none max-md:inset-x-2 max-md:top-2 max-md:max-h-[calc(100dvh-16px)]"
        >
          <Autocomplete.Root
            open
            inline
            mode="none"
            items={groups}
            value={typed}
            onValueChange={(value, { reason }) => {
              if (reason !== "item-press" && reason !== "escape-key") setTyped(value);
            }}
            itemToStringValue={(command: Command) => command.label}
            autoHighlight="always"
            keepHighlight
          >
            <div className="flex shrink-0 items-center gap-2 border-line border-b px-3">
              {level && !asked.level ? (
                <IconButton label={t("palette.back")} size="sm" onClick={back}>
                  <ArrowLeft aria-hidden="true" className="size-4 rtl:-scale-x-100" />
                </IconButton>
              ) : (
                <Search aria-hidden="true" className="mx-1.5 size-4 shrink-0 text-faint" />
              )}
              <Autocomplete.Input
                ref={input}
                onFocus={() => {
                  const before = typedAhead();
                  if (before) setTyped((now) => now + before);
                }}
                aria-label={level ? titles[level] : t("palette.title")}
                placeholder={level ? t("palette.within", { what: titles[level] }) : t("palette.placeholder")}
                className="h-12 min-w-0 flex-1 bg-transparent text-lg outline-none placeholder:text-faint"
              />
              <Dialog.Close
                render={
                  <IconButton label={t("common.close")} size="sm">
                    <X aria-hidden="true" className="size-4" />
                  </IconButton>
                }
              />
            </div>
            <p role="status" className="sr-only">
              {hits.searching ? "" : t("inbox.search.found", { count })}
            </p>
            <Autocomplete.List
              aria-label={level ? titles[level] : t("palette.title")}
              className="thin-scroll min-h-0 flex-1 scroll-py-2 overflow-y-auto overscroll-contain p-2 empty:hidden"
            >
              {(group: Group) => (
                <Autocomplete.Group key={group.value} items={group.items} className="not-last:mb-2">
                  <Autocomplete.GroupLabel className="truncate px-2.5 py-1 font-medium text-muted text-xs">
                    {group.value}
                  </Autocomplete.GroupLabel>
                  <Autocomplete.Collection>
                    {(command: Command) => (
                      <Item
                        key={command.id}
                        command={command}
                        within={level || !command.under ? null : titles[command.under]}
                        onChoose={() => choose(command)}
                      />
                    )}
                  </Autocomplete.Collection>
                </Autocomplete.Group>
              )}
            </Autocomplete.List>
            {count === 0 && !hits.searching && (
              <div className="px-6 py-10 text-center">
                <p className="font-medium text-base">
                  {t(hits.failed ? "inbox.search.failed" : "palette.nothing")}
                </p>
                <p className="mt-1 text-base text-muted">
                  {hits.failed ? hits.failed.message : t("palette.nothingHint")}
                </p>
              </div>
            )}
            <footer
              aria-hidden="true"
              className="flex shrink-0 items-center gap-4 border-line border-t px-4 py-2 text-muted text-xs pointer-coarse:hidden"
            >
              <span className="flex items-center gap-1">
                <Kbd>↑</Kbd>
                <Kbd>↓</Kbd> {t("palette.move")}
              </span>
              <span className="flex items-center gap-1">
                <Kbd>Enter</Kbd> {t("palette.choose")}
              </span>
              <span className="flex items-center gap-1">
                <Kbd>Esc</Kbd> {t("palette.leave")}
              </span>
            </footer>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Item({
  command,
  within,
  onChoose,
}: {
  command: Command;
  /** The list it belongs to, where it stands among others. */
  within: string | null;
  onChoose: () => void;
}) {
  const { t } = useTranslation();
  const { label, shown, detail, reason, current, shortcut } = command;
  const name = shown ?? <bdi>{label}</bdi>;
  return (
    <Autocomplete.Item
      value={command}
      // Reached and read like the others: it says why it does nothing.
      aria-disabled={reason ? true : undefined}
      onClick={onChoose}
      className="flex min-h-9 select-none items-center gap-3 rounded-md px-2.5 py-1.5 text-base outline-none data-highlighted:bg-selected pointer-coarse:min-h-11"
    >
      <span className="flex w-6 shrink-0 justify-center text-muted">
        <Icon icon={command.icon} />
      </span>
      <span className="min-w-0 flex-1">
        <span className={reason ? "block truncate text-muted" : "block truncate"}>
          {within ? (
            <>
              <span className="text-muted">{within}: </span>
              {name}
            </>
          ) : (
            name
          )}
        </span>
        {(reason || detail) && (
          <span className={reason ? "block text-muted text-sm" : "block truncate text-muted text-sm"}>
            {reason ?? detail}
          </span>
        )}
      </span>
      {current && (
        <>
          <Check aria-hidden="true" className="size-4 shrink-0 text-accent" />
          <span className="sr-only">{t("palette.current")}</span>
        </>
      )}
      {reason && <LockKeyhole aria-hidden="true" className="size-3.5 shrink-0 text-faint" />}
      {shortcut && !reason && (
        <span aria-hidden="true" className="pointer-coarse:hidden">
          <Kbd>{shortcut}</Kbd>
        </span>
      )}
    </Autocomplete.Item>
  );
}

function Icon({ icon }: { icon: Command["icon"] }) {
  if (isValidElement(icon) || !icon) return icon as React.ReactNode;
  const Shape = icon as React.ComponentType<{ className: string; "aria-hidden": "true" }>;
  return <Shape aria-hidden="true" className="size-4" />;
}

/** A conversation that is on the screen, so that it is known already; events keep it right. */
function useKnown(id = ""): Conversation | undefined {
  const cache = useQueryClient();
  const { data } = useQuery<Stamped<Conversation>>({
    queryKey: keys.conversation(id),
    initialData: () => findInLists(cache, id),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: false,
  });
  return data;
}
