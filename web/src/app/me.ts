/** Who is signed in and what they may do. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import type { Me, Permission } from "@/api/types";

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async () => (await body(api.GET("/api/v1/me"))).data,
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
});

export type SignedIn = Me & { member: NonNullable<Me["member"]> };

/** Only inside of pages that need a session: they are not shown before `me` is known. */
export function useMe(): SignedIn {
  const { data } = useQuery({ ...meQuery, enabled: false });
  if (!data?.member) throw new Error("useMe outside of a signed-in page");
  return data as SignedIn;
}

export function useCan(permission: Permission): boolean {
  return useMe().permissions.includes(permission);
}
