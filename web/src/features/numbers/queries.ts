/** Reading and changing numbers. Lists come from the team's cache, which events keep right. */
import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import type { Channel, ChannelChange, NewChannel } from "@/api/types";
import { useCan, useMe } from "@/app/me";
import { keys } from "@/live/keys";
import { type Stamped, stamp, UNSTAMPED, wished } from "@/live/stamped";
import { sandboxLink } from "./health";

const TWILIO = ["integrations", "twilio"] as const;

/** With what only managers are told: the verify token. Read anew each time it is wanted. */
export function useWholeChannel(id: string, enabled: boolean) {
  return useQuery({
    queryKey: ["channel", id],
    queryFn: async () => (await body(api.GET("/api/v1/channels/{id}", { params: { path: { id } } }))).data,
    enabled,
  });
}

export function useChangeChannel(id: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (change: ChannelChange) =>
      (await body(api.PATCH("/api/v1/channels/{id}", { params: { path: { id } }, body: change }))).data,
    onSuccess: (channel, change) => {
      keep(cache, channel);
      if (change.is_default) void cache.invalidateQueries({ queryKey: keys.channels });
      void cache.invalidateQueries({ queryKey: ["channel", id] });
    },
  });
}

export function useCheckChannel(id: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async () =>
      (await body(api.POST("/api/v1/channels/{id}/check", { params: { path: { id } } }))).data,
    onSuccess: (channel) => keep(cache, channel),
  });
}

export function useConnect() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (channel: NewChannel) =>
      (await body(api.POST("/api/v1/channels", { body: channel }))).data,
    onSuccess: (channel) => keep(cache, channel),
  });
}

/** Whether this installation can simulate a number; asked by those who may connect one. */
export function useSandboxOffer(enabled: boolean): boolean {
  const { data } = useQuery({
    queryKey: ["integrations", "sandbox"],
    queryFn: async () => (await body(api.GET("/api/v1/integrations/sandbox"))).data,
    staleTime: Number.POSITIVE_INFINITY,
    enabled,
  });
  return data?.available ?? false;
}

export function useConnectSandbox() {
  const cache = useQueryClient();
  const me = useMe().member.id;
  return useMutation({
    mutationFn: async () =>
      (await body(api.POST("/api/v1/integrations/sandbox", { body: { assigned_member_id: me } }))).data,
    onSuccess: (channel) => keep(cache, channel),
  });
}

/** The page with the phones of a simulated number's customers. */
export function useSandboxUrl(channel: Channel): string {
  const asks = useCan("channels:manage") && channel.kind === "sandbox" && !channel.sandbox_url;
  const { data } = useWholeChannel(channel.id, asks);
  return channel.sandbox_url ?? data?.sandbox_url ?? sandboxLink(location);
}

export function useDeleteChannel(id: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => body(api.DELETE("/api/v1/channels/{id}", { params: { path: { id } } })),
    onSuccess: () => {
      cache.setQueryData<Stamped<Channel>[]>(keys.channels, (rows) =>
        rows?.map((row) => (row.id === id ? { ...row, status: "deleted", seq: wished(row.seq) } : row)),
      );
    },
  });
}

export const twilioQuery = queryOptions({
  queryKey: TWILIO,
  queryFn: async () => (await body(api.GET("/api/v1/integrations/twilio"))).data,
});

export const sendersQuery = queryOptions({
  queryKey: [...TWILIO, "senders"],
  queryFn: async () => (await body(api.GET("/api/v1/integrations/twilio/senders"))).data,
});

export function useSaveTwilio() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (account: { account_sid: string; auth_token: string }) =>
      (await body(api.PUT("/api/v1/integrations/twilio", { body: account }))).data,
    onSuccess: (account) => {
      cache.setQueryData(twilioQuery.queryKey, account);
      void cache.invalidateQueries({ queryKey: sendersQuery.queryKey });
    },
  });
}

export async function forgetTwilio(cache: QueryClient): Promise<void> {
  await body(api.DELETE("/api/v1/integrations/twilio"));
  cache.setQueryData(twilioQuery.queryKey, { account_sid: null, configured: false });
  cache.removeQueries({ queryKey: sendersQuery.queryKey });
}

/** An answer shows at once, and gives way to whatever the journal says next. */
function keep(cache: QueryClient, { verify_token: _, ...channel }: Channel): void {
  cache.setQueryData<Stamped<Channel>[]>(keys.channels, (rows) => {
    if (!rows) return rows;
    return rows.some((row) => row.id === channel.id)
      ? rows.map((row) => (row.id === channel.id ? { ...row, ...channel, seq: wished(row.seq) } : row))
      : [...rows, stamp(channel, UNSTAMPED)];
  });
}
