/** What happened to the conversation: a thin line between the messages. */
import {
  AlarmClock,
  AlarmClockOff,
  Archive,
  CircleDot,
  type LucideIcon,
  Pencil,
  RotateCcw,
  Tag,
  Trash2,
  UserRound,
} from "lucide-react";
import type { Activity } from "@/api/types";
import { type Format, useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { useMemberMap } from "@/team/queries";

export function ActivityLine({ activity, customer }: { activity: Activity; customer: string }) {
  const format = useFormat();
  const told = useTold(activity, customer, format);
  if (!told) return null;
  const { text, Icon } = told;
  return (
    <p
      data-key={`activity:${activity.id}`}
      data-activity={activity.kind}
      className="text-balance px-6 py-1.5 text-center text-muted text-xs"
    >
      {/* Inline, so that they stay beside the words where those take two lines. */}
      <Icon aria-hidden="true" className="me-1.5 mb-0.5 inline size-3.5 text-faint" />
      <bdi>{text}</bdi>{" "}
      <time
        dateTime={activity.created_at}
        title={format.full(activity.created_at)}
        className="whitespace-nowrap text-faint tabular-nums"
      >
        {format.time(activity.created_at)}
      </time>
    </p>
  );
}

/** In words; null for what a later version tells. */
function useTold(
  activity: Activity,
  customer: string,
  format: Format,
): { text: string; Icon: LucideIcon } | null {
  const { t } = useTranslation();
  const members = useMemberMap();
  const nameOf = (id: string) => members.get(id)?.name ?? t("inbox.message.formerMember");
  const actor = {
    member: () => nameOf(activity.actor_id ?? ""),
    key: () => t("inbox.activity.key"),
    system: () => "Recado",
    customer: () => customer,
  }[activity.actor_type]();
  switch (activity.kind) {
    case "assigned": {
      const taken = activity.actor_type === "member" && activity.actor_id === activity.member_id;
      const text = taken
        ? t("inbox.activity.taken", { actor })
        : t("inbox.activity.assigned", { member: nameOf(activity.member_id), actor });
      return { text, Icon: UserRound };
    }
    case "unassigned":
      return {
        text: t("inbox.activity.unassigned", { member: nameOf(activity.member_id), actor }),
        Icon: UserRound,
      };
    case "status_changed":
      return {
        text: t(`inbox.activity.${activity.to}`, { actor }),
        Icon: activity.to === "closed" ? Archive : activity.from === "closed" ? RotateCcw : CircleDot,
      };
    case "snoozed":
      return {
        text: activity.until
          ? t("inbox.activity.snoozedUntil", { at: format.full(activity.until), actor })
          : t("inbox.activity.snoozed", { actor }),
        Icon: AlarmClock,
      };
    case "woke":
      return { text: t("inbox.activity.woke"), Icon: AlarmClockOff };
    case "reopened":
      return { text: t("inbox.activity.reopened", { name: customer }), Icon: RotateCcw };
    case "tagged":
      return { text: t("inbox.activity.tagged", { tag: activity.name, actor }), Icon: Tag };
    case "untagged":
      return { text: t("inbox.activity.untagged", { tag: activity.name, actor }), Icon: Tag };
    case "message_deleted":
      return { text: t("inbox.activity.messageDeleted", { actor }), Icon: Trash2 };
    case "contact_changed":
      return { text: t("inbox.activity.contactChanged", { actor }), Icon: Pencil };
    default:
      return null;
  }
}
