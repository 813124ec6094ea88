/**
 * What `/` at the start of the box offers: canned replies, found by shortcut or text. The box keeps the focus; arrows
 * choose, Enter and Tab take, Escape closes until the slash is typed anew.
 */
import { Link } from "@tanstack/react-router";
import { type RefObject, useEffect, useEffectEvent, useId, useRef, useState } from "react";
import type { CannedReply, Conversation } from "@/api/types";
import { useCan, useMe } from "@/app/me";
import { fill, find } from "@/canned/fill";
import { useCannedReplies } from "@/canned/queries";
import { useTranslation } from "@/i18n/useTranslation";
import { cx } from "@/ui/cx";

/** More are found by typing on. */
const SHOWN = 30;

export default function CannedReplies({
  conversation,
  box,
  text,
  onPick,
}: {
  conversation: Conversation;
  box: RefObject<HTMLTextAreaElement | null>;
  /** What stands in the box, from its slash on. */
  text: string;
  onPick: (text: string) => void;
}) {
  const { t } = useTranslation();
  const allowed = useCan("messages:send");
  const memberName = useMe().member.name;
  const { data: replies } = useCannedReplies();
  const [active, setActive] = useState(0);
  const [closed, setClosed] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  // A second line is text, not the search for one.
  const typed = text.slice(1);
  const searching = !typed.includes("\n");
  const found = searching ? find(replies ?? [], typed).slice(0, SHOWN) : [];
  const at = Math.min(active, found.length - 1);
  const none = replies?.length === 0 && typed === "";
  const open = allowed && !closed && (found.length > 0 || none);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is typed chooses anew
  useEffect(() => setActive(0), [typed]);

  const pick = (reply: CannedReply | undefined) => {
    if (!reply) return;
    onPick(fill(reply.text, { contactName: conversation.contact.name, memberName }));
    const field = box.current;
    requestAnimationFrame(() => {
      field?.focus();
      field?.setSelectionRange(field.value.length, field.value.length);
    });
  };

  const move = (by: number) => {
    const next = (at + by + found.length) % found.length;
    setActive(next);
    list.current?.children[next]?.scrollIntoView({ block: "nearest" });
  };

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (!open || event.isComposing) return;
    const take = event.key === "Tab" || (event.key === "Enter" && !event.shiftKey);
    if (event.key === "Escape") setClosed(true);
    else if (found.length === 0) return;
    else if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (take) pick(found[at]);
    else return;
    // Before the box itself would send or leave.
    event.preventDefault();
    event.stopPropagation();
  });

  useEffect(() => {
    const field = box.current;
    field?.addEventListener("keydown", onKey);
    return () => field?.removeEventListener("keydown", onKey);
  }, [box]);

  const activeId = open && found.length > 0 ? `${id}-${at}` : null;
  useEffect(() => {
    const field = box.current;
    if (!field || !activeId) return;
    field.setAttribute("aria-controls", id);
    field.setAttribute("aria-activedescendant", activeId);
    return () => {
      field.removeAttribute("aria-controls");
      field.removeAttribute("aria-activedescendant");
    };
  }, [box, id, activeId]);

  if (!open) return null;
  return (
    <div className="absolute inset-x-4 bottom-full z-30 mb-2 animate-appear overflow-hidden rounded-lg border border-line bg-raised shadow-pop">
      {none ? (
        <p className="px-3 py-2.5 text-base text-muted">
          {t("inbox.canned.none")}{" "}
          <Link to="/settings/canned-replies" className="text-accent hover:underline">
            {t("inbox.canned.write")}
          </Link>
        </p>
      ) : (
        <>
          <div
            ref={list}
            id={id}
            role="listbox"
            aria-label={t("inbox.canned.title")}
            className="thin-scroll max-h-64 overflow-y-auto p-1"
          >
            {found.map((reply, index) => (
              // The box has the focus and the keys.
              // biome-ignore lint/a11y/useFocusableInteractive: see above
              // biome-ignore lint/a11y/useKeyWithClickEvents: see above
              <div
                key={reply.id}
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === at}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => pick(reply)}
                className={cx(
                  "flex min-h-9 cursor-default items-baseline gap-3 rounded-md px-2.5 py-1.5 hover:bg-hover pointer-coarse:min-h-11",
                  index === at && "bg-hover",
                )}
              >
                <span dir="ltr" className="shrink-0 font-medium text-base">
                  /{reply.shortcut}
                </span>
                <span dir="auto" className="min-w-0 flex-1 truncate text-muted text-sm text-ui-start">
                  {reply.text}
                </span>
              </div>
            ))}
          </div>
          <p className="flex justify-between gap-4 border-line border-t px-3 py-1.5 text-muted text-xs">
            <span className="pointer-coarse:hidden">{t("inbox.canned.hint")}</span>
            <Link to="/settings/canned-replies" className="hover:text-text hover:underline">
              {t("inbox.canned.manage")}
            </Link>
          </p>
        </>
      )}
      <span role="status" className="sr-only">
        {found.length > 0 && t("inbox.canned.found", { count: found.length })}
      </span>
    </div>
  );
}
