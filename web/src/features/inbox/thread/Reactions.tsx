import { createContext, useContext } from "react";
import type { Reaction } from "@/api/types";
import { useReason } from "@/app/permission";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { useMemberMap } from "@/team/queries";
import { cx } from "@/ui/cx";
import { groupReactions } from "./reactions";

/** What the customer of the open thread is called. */
export const CustomerName = createContext("");

/** One chip for each emoji. Pressing one answers with it too, or takes ours back. */
export function Reactions({
  reactions,
  me,
  outbound,
  onReact,
}: {
  reactions: readonly Reaction[];
  me: string;
  outbound: boolean;
  onReact: ((emoji: string | null) => void) | null;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const members = useMemberMap();
  const customer = useContext(CustomerName);
  const noSending = useReason("messages:send");
  const nameOf = ({ actor_type: type, actor_id: id }: Reaction) => {
    if (type === "customer") return customer;
    if (id === me) return t("common.you");
    return (id && members.get(id)?.name) || t(id ? "inbox.message.formerMember" : "inbox.message.phone");
  };
  return (
    <ul
      aria-label={t("inbox.message.reactions")}
      className={cx("z-1 -mt-1 flex max-w-full flex-wrap gap-1 px-2 pb-0.5", outbound && "justify-end")}
    >
      {groupReactions(reactions, me).map(({ emoji, own, by }) => {
        const names = by.map(nameOf).join(", ");
        return (
          <li key={emoji} className="contents">
            <button
              type="button"
              aria-pressed={own}
              aria-disabled={onReact ? undefined : true}
              aria-description={noSending}
              aria-label={`${emoji} ${format.number(by.length)}: ${names}`}
              data-tip={own ? `${names} · ${t("inbox.message.unreact", { emoji })}` : names}
              onClick={() => onReact?.(own ? null : emoji)}
              className={cx(
                "relative inline-flex h-6 items-center gap-1 rounded-full border px-1.5 text-sm pointer-coarse:h-8",
                // As large as a finger, without taking the room.
                "pointer-coarse:after:absolute pointer-coarse:after:-inset-y-1.5 pointer-coarse:after:-inset-x-1",
                own ? "border-accent bg-accent-soft" : "border-line bg-raised hover:bg-hover",
              )}
            >
              <span className="text-[15px] leading-none">{emoji}</span>
              {by.length > 1 && (
                <span className="font-medium text-muted text-xs tabular-nums">
                  {format.number(by.length)}
                </span>
              )}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
