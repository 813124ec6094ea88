/** Beginning and end of a session in this tab. */
import type { QueryClient } from "@tanstack/react-query";
import { api, body, onSignedOut } from "@/api/client";
import type { Me } from "@/api/types";
import { meQuery } from "./me";
import type { AppRouter } from "./router";

let router: AppRouter | undefined;
let cache: QueryClient | undefined;

export function bindSession(bound: { router: AppRouter; cache: QueryClient }): void {
  router = bound.router;
  cache = bound.cache;
  onSignedOut(sessionEnded);
}

export async function signedIn(me: Me, next: string | undefined): Promise<void> {
  cache?.clear();
  cache?.setQueryData(meQuery.queryKey, me);
  await router?.navigate({ href: safePath(next) ?? "/inbox", replace: true });
}

export async function signOut(): Promise<void> {
  await body(api.DELETE("/api/v1/session"));
  await router?.navigate({ to: "/sign-in", search: {} });
  cache?.clear();
}

let ending = false;

/** The server no longer knows us. Drafts and what waits in the outbox stay on this device. */
export function sessionEnded(): void {
  // Asked before anybody was signed in, or told more than once.
  if (!router || !cache || ending || cache.getQueryData(meQuery.queryKey) === undefined) return;
  ending = true;
  const known = cache;
  void router
    .navigate({ to: "/sign-in", search: { next: router.state.location.href, ended: true }, replace: true })
    .finally(() => {
      // After the page is gone: its components need to know who they belong to until then.
      known.clear();
      ending = false;
    });
}

/** A path of this app, or nothing: a link must not lead out of it. */
export function safePath(next: string | undefined): string | undefined {
  return next?.startsWith("/") && !next.startsWith("//") && !next.includes("\\") ? next : undefined;
}
