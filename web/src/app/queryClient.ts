import { QueryClient } from "@tanstack/react-query";
import { isTransient } from "@/api/errors";

/** What a moment's trouble has cut off is asked for twice more. */
export const retry = (failures: number, error: Error): boolean => isTransient(error) && failures < 2;

/** Server state. What events keep right never goes stale by itself; the rest says how long it is good for. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // `navigator.onLine` is wrong behind some proxies and on closed networks: always try, and tell what happened.
        networkMode: "always",
        retry,
        retryDelay: (failures) => Math.min(4_000, 400 * 2 ** failures),
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        // Rows keep their identity by themselves; comparing ten thousand of them on every event would cost.
        structuralSharing: false,
        staleTime: 30_000,
        gcTime: 30 * 60_000,
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
}
