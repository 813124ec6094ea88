/** The member's own notifications: how many, which, and reading them. Events keep all of it right. */
import { queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, snapshot } from "@/api/client";
import type { NotificationPreferences } from "@/api/types";
import { useTranslation } from "@/i18n/useTranslation";
import { useLive } from "@/live/context";
import { keys } from "@/live/keys";
import {
  mergeCount,
  mergeNotifications,
  type NotificationFilter,
  type NotificationList,
  type NotificationPage,
  type UnreadCount,
} from "@/live/notifications";
import { notifyError } from "@/ui/toast";

/** More are there than anybody counts. */
const MOST_SHOWN = 99;

export function useUnreadNotifications(): { count: number; label: string } {
  const live = useLive();
  const { i18n } = useTranslation();
  const { data } = useQuery<UnreadCount>({
    queryKey: keys.unread,
    queryFn: () =>
      live.read(
        async () => {
          const { body, seq } = await snapshot(api.GET("/api/v1/notifications/count"));
          return { value: { unread: body.data.unread, seq: seq ?? 0 }, seq };
        },
        (count, changes) => mergeCount(count, [...changes.notifications.values()]),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const count = data?.unread ?? 0;
  const number = new Intl.NumberFormat(i18n.language).format(Math.min(count, MOST_SHOWN));
  return { count, label: count > MOST_SHOWN ? `${number}+` : number };
}

export function useNotifications(filter: NotificationFilter) {
  const live = useLive();
  return useInfiniteQuery<NotificationPage, Error, NotificationList, readonly unknown[], string | null>({
    queryKey: keys.notifications(filter),
    initialPageParam: null,
    queryFn: ({ pageParam }) =>
      live.read(
        async () => {
          const query = {
            ...(filter.unread ? { unread: true } : {}),
            ...(filter.type ? { type: filter.type } : {}),
            ...(pageParam ? { cursor: pageParam } : {}),
            limit: 30,
          };
          const { body, seq } = await snapshot(api.GET("/api/v1/notifications", { params: { query } }));
          return { value: { data: body.data, next: body.meta.next_cursor, seq: seq ?? 0 }, seq };
        },
        (page, changes) => {
          const told = [...changes.notifications.values()];
          // What came since stands above the first page, and is no part of an older one.
          const fitting = pageParam === null ? told : told.filter(({ created }) => created === null);
          const list = { pages: [page], pageParams: [pageParam] };
          return mergeNotifications(list, filter, fitting, new Date().toISOString()).pages[0] ?? page;
        },
      ),
    getNextPageParam: (page) => page.next,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Reading shows by its event, in this tab as in every other. */
export function useReading() {
  const { t } = useTranslation();
  const onError = (error: Error) => notifyError(t("notifications.readFailed"), error.message);
  const read = useMutation({
    mutationFn: (id: string) =>
      body(api.PATCH("/api/v1/notifications/{id}", { params: { path: { id } }, body: { read: true } })),
    onError,
  });
  const readAll = useMutation({
    mutationFn: () => body(api.POST("/api/v1/notifications/read", { body: {} })),
    onError,
  });
  return { read: read.mutate, readAll: readAll.mutate, readingAll: readAll.isPending };
}

const PREFERENCES = ["notification preferences"] as const;

export const preferencesQuery = queryOptions({
  queryKey: PREFERENCES,
  queryFn: async () => (await body(api.GET("/api/v1/notifications/preferences"))).data,
  staleTime: 5 * 60_000,
  // They may have been changed in another tab, or on another device.
  refetchOnWindowFocus: "always",
});

export function usePreferences() {
  return useQuery(preferencesQuery);
}

export function useChangePreferences() {
  const cache = useQueryClient();
  const { t } = useTranslation();
  return useMutation({
    mutationFn: async (change: Partial<NotificationPreferences>) =>
      (await body(api.PATCH("/api/v1/notifications/preferences", { body: change }))).data,
    onMutate: (change) => {
      const before = cache.getQueryData<NotificationPreferences>(PREFERENCES);
      if (before) cache.setQueryData(PREFERENCES, { ...before, ...change });
      return { before };
    },
    onSuccess: (kept) => cache.setQueryData(PREFERENCES, kept),
    onError: (error, _change, context) => {
      cache.setQueryData(PREFERENCES, context?.before);
      notifyError(t("notifications.saveFailed"), error.message);
    },
  });
}
