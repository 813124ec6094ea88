import { Link } from "@tanstack/react-router";
import {
  AtSign,
  CircleAlert,
  type LucideIcon,
  MessageSquare,
  UserRoundCheck,
  UserRoundSearch,
  Webhook,
} from "lucide-react";
import type { Notification, NotificationType } from "@/api/types";
import { useNow } from "@/app/useNow";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { cx } from "@/ui/cx";
import { wordsOf } from "./words";

const ICONS: Record<NotificationType, LucideIcon> = {
  conversation_assigned: UserRoundCheck,
  mention: AtSign,
  new_message: MessageSquare,
  escalation: UserRoundSearch,
  failed_send: CircleAlert,
  webhook_disabled: Webhook,
};

const BAD: NotificationType[] = ["failed_send", "webhook_disabled"];

/** One notification: leads to its conversation, and is read by that. */
export function NotificationRow({
  notification,
  onOpen,
}: {
  notification: Notification;
  onOpen: (notification: Notification) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { title, body } = wordsOf(t, notification);
  const Icon = ICONS[notification.type];
  const unread = notification.read_at === null;
  const at = notification.created_at;
  return (
    <li>
      <Link
        {...leadsTo(notification)}
        onClick={() => onOpen(notification)}
        className="flex gap-3 rounded-lg px-3 py-2.5 hover:bg-hover"
      >
        <span
          aria-hidden="true"
          className={cx(
            "mt-0.5 flex size-8 shrink-0 items-center justify-center rounded-full",
            BAD.includes(notification.type) ? "bg-danger-soft text-danger" : "bg-accent-soft text-accent",
          )}
        >
          <Icon className="size-4" />
        </span>
        <span className="flex min-w-0 flex-1 flex-col gap-0.5">
          <span className="flex items-baseline gap-2">
            <span className={cx("min-w-0 flex-1 text-base", unread && "font-semibold")}>
              <bdi>{title}</bdi>
            </span>
            <time dateTime={at} title={format.full(at)} className="shrink-0 text-muted text-xs tabular-nums">
              {format.short(at, now)}
            </time>
          </span>
          {body && (
            <span className="line-clamp-2 break-words text-muted text-sm">
              <bdi>{body}</bdi>
            </span>
          )}
        </span>
        <span className="flex w-2 shrink-0 items-center">
          {unread && (
            <span className="size-2 rounded-full bg-accent">
              <span className="sr-only">{t("notifications.unread")}</span>
            </span>
          )}
        </span>
      </Link>
    </li>
  );
}

/** Where something can be done about it. */
function leadsTo({ conversation_id, data }: Notification) {
  if (conversation_id) return { to: "/inbox", search: { c: conversation_id } } as const;
  if (data.webhook_id) return { to: "/settings/webhooks/$id", params: { id: data.webhook_id } } as const;
  return { to: "/notifications" } as const;
}
