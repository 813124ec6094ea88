/** The frame of every signed-in page: the rail, the banner of a lost connection, and the page. */
import { Outlet, useRouterState } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useIsNarrow } from "@/app/useMediaQuery";
import { lazy } from "@/ui/lazy";
import { useShortcuts } from "@/ui/shortcuts";
import { ConnectionBanner } from "./ConnectionBanner";
import { NavRail } from "./NavRail";
import { useTitle } from "./useTitle";

const ShortcutHelp = lazy(() => import("./ShortcutHelp"));

export function Shell() {
  const { t } = useTranslation();
  const narrow = useIsNarrow();
  const [help, setHelp] = useState(false);
  const inThread = useRouterState({
    select: ({ location }) => location.pathname === "/inbox" && "c" in location.search,
  });
  useShortcuts({ "?": () => setHelp(true) });
  useTitle();

  return (
    <div className="flex h-dvh flex-col">
      <a
        href="#page"
        className="absolute start-2 -top-12 z-50 rounded-md bg-accent px-3 py-2 text-on-accent focus:top-2"
      >
        {t("shell.skip")}
      </a>
      <ConnectionBanner />
      <div className="flex min-h-0 flex-1 max-md:flex-col-reverse">
        {!(narrow && inThread) && <NavRail onHelp={() => setHelp(true)} />}
        <main id="page" tabIndex={-1} className="min-h-0 min-w-0 flex-1 outline-none">
          <Outlet />
        </main>
      </div>
      {help && (
        <Suspense fallback={null}>
          <ShortcutHelp open onOpenChange={setHelp} />
        </Suspense>
      )}
    </div>
  );
}
