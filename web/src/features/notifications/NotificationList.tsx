import { Bell, TriangleAlert } from "lucide-react";
import type { Notification } from "@/api/types";
import { useTranslation } from "@/i18n/useTranslation";
import type { NotificationFilter } from "@/live/notifications";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { Bone, Delayed } from "@/ui/Skeleton";
import { NotificationRow } from "./NotificationRow";
import { useNotifications, useReading } from "./queries";

/** The member's notifications, newest first. */
export function NotificationList({
  filter,
  onOpened,
}: {
  filter: NotificationFilter;
  onOpened?: () => void;
}) {
  const { t } = useTranslation();
  const { read } = useReading();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useNotifications(filter);
  const open = (notification: Notification) => {
    if (notification.read_at === null) read(notification.id);
    onOpened?.();
  };
  if (error && !data) {
    return (
      <EmptyState
        icon={TriangleAlert}
        title={t("notifications.loadFailed")}
        action={<Button onClick={() => void refetch()}>{t("common.retry")}</Button>}
      >
        {error.message}
      </EmptyState>
    );
  }
  if (!data) {
    return (
      <Delayed>
        <div role="status" aria-label={t("common.loading")} className="flex flex-col gap-3 p-3">
          <Bone className="h-12" />
          <Bone className="h-12" />
          <Bone className="h-12" />
        </div>
      </Delayed>
    );
  }
  const rows = data.pages.flatMap((page) => page.data);
  if (rows.length === 0) {
    const title = filter.unread ? "allRead" : filter.type ? "noneOfKind" : "none";
    return (
      <EmptyState icon={Bell} title={t(`notifications.${title}`)}>
        {t("notifications.noneHint")}
      </EmptyState>
    );
  }
  return (
    <>
      <ul aria-label={t("notifications.title")}>
        {rows.map((row) => (
          <NotificationRow key={row.id} notification={row} onOpen={open} />
        ))}
      </ul>
      {hasNextPage && (
        <div className="flex justify-center p-2">
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t("common.more")}
          </Button>
        </div>
      )}
    </>
  );
}
