/** Saved views: one's own, and those that are shared. */
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { api, body, snapshot } from "@/api/client";
import type { View, ViewFilter } from "@/api/types";
import { useMe } from "@/app/me";
import { mergeViews } from "@/live/apply";
import { useLive } from "@/live/context";
import { keys } from "@/live/keys";
import { type Stamped, stamp, UNSTAMPED } from "@/live/stamped";

export function useViews() {
  const live = useLive();
  return useQuery<Stamped<View>[]>({
    queryKey: keys.views,
    queryFn: () =>
      live.read(
        async () => {
          const { body, seq } = await snapshot(api.GET("/api/v1/views"));
          return { value: body.data.map((view) => stamp(view, seq ?? 0)), seq };
        },
        (views, changes) => mergeViews(views, changes.views),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export type ViewChange = { name?: string; filter?: ViewFilter; shared?: boolean };

/** Each fails with the server's reason; what became of it comes by the live connection, to everybody alike. */
export function useViewActions() {
  const live = useLive();
  const add = useCallback(
    async (name: string, filter: ViewFilter, shared: boolean): Promise<View> => {
      const { data } = await body(api.POST("/api/v1/views", { body: { name, filter, shared } }));
      live.tell({ views: new Map([[data.id, stamp({ view: data }, UNSTAMPED)]]) });
      return data;
    },
    [live],
  );
  const change = useCallback(async (id: string, change: ViewChange): Promise<void> => {
    await body(api.PATCH("/api/v1/views/{id}", { params: { path: { id } }, body: change }));
  }, []);
  const remove = useCallback(async (id: string): Promise<void> => {
    await body(api.DELETE("/api/v1/views/{id}", { params: { path: { id } } }));
  }, []);
  return useMemo(() => ({ add, change, remove }), [add, change, remove]);
}

/** Whether this member may change a view: their own, or a shared one as an admin. */
export function useMayChangeView(): (view: View) => boolean {
  const { id, role } = useMe().member;
  return (view) => view.member_id === id || role === "admin" || role === "owner";
}
