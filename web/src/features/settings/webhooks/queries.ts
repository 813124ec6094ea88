/** What the pages of webhooks ask the server. */
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import type { DeliveryState, Webhook } from "@/api/types";

const KEYS = ["webhooks"];
/** While something is on its way, the log is looked at so often. */
const POLL_MS = 2_000;

export function useWebhooks(enabled: boolean) {
  return useQuery({
    queryKey: KEYS,
    queryFn: async () => (await body(api.GET("/api/v1/webhooks"))).data,
    enabled,
    staleTime: 0,
  });
}

export function useWebhook(id: string) {
  return useQuery({
    queryKey: [...KEYS, id],
    queryFn: async () => (await body(api.GET("/api/v1/webhooks/{id}", { params: { path: { id } } }))).data,
    staleTime: 0,
  });
}

export function useDeliveries(id: string, state: DeliveryState | "") {
  return useInfiniteQuery({
    queryKey: [...KEYS, id, "deliveries", state],
    queryFn: ({ pageParam }) =>
      body(
        api.GET("/api/v1/webhooks/{id}/deliveries", {
          params: {
            path: { id },
            query: { ...(state ? { state } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.meta.next_cursor ?? undefined,
    staleTime: 0,
    refetchInterval: (query) => {
      const rows = query.state.data?.pages.flatMap((page) => page.data) ?? [];
      return rows.some((row) => row.state === "pending") ? POLL_MS : false;
    },
  });
}

export function useDelivery(id: string, delivery: string) {
  return useQuery({
    queryKey: [...KEYS, id, "delivery", delivery],
    queryFn: async () =>
      (
        await body(
          api.GET("/api/v1/webhooks/{id}/deliveries/{delivery}", { params: { path: { id, delivery } } }),
        )
      ).data,
    staleTime: 0,
    refetchInterval: (query) => (query.state.data?.state === "pending" ? POLL_MS : false),
  });
}

/** Makes lists and pages look again. */
export function useLookAgain(): () => Promise<void> {
  const cache = useQueryClient();
  return () => cache.invalidateQueries({ queryKey: KEYS });
}

export async function switchWebhook(id: string, isActive: boolean): Promise<Webhook> {
  const change = { params: { path: { id } }, body: { is_active: isActive } };
  return (await body(api.PATCH("/api/v1/webhooks/{id}", change))).data;
}
