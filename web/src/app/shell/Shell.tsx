/** The frame of every signed-in page: the rail, the banner of a lost connection, and the page. */
import { Outlet, useRouterState } from "@tanstack/react-router";
import { Suspense, useCallback, useState } from "react";
import { useIsNarrow } from "@/app/useMediaQuery";
import { focusedRow } from "@/features/inbox/list/focus";
import { withManageTexts } from "@/i18n";
import { useTranslation } from "@/i18n/useTranslation";
import { lazy } from "@/ui/lazy";
import { useCommandKey, useShortcuts } from "@/ui/shortcuts";
import { type Asked, PaletteContext } from "../palette/context";
import { ConnectionBanner } from "./ConnectionBanner";
import { NavRail } from "./NavRail";
import { useTitle } from "./useTitle";

const ShortcutHelp = lazy(() => import("./ShortcutHelp"));
const Palette = lazy(() => withManageTexts(import("../palette/Palette")));

export function Shell() {
  const { t } = useTranslation();
  const narrow = useIsNarrow();
  const [help, setHelp] = useState(false);
  const [palette, setPalette] = useState<Asked | null>(null);
  const open = useRouterState({
    select: ({ location }) => (location.pathname === "/inbox" ? location.search.c : undefined),
  });
  const openPalette = useCallback(
    (asked: Asked) => setPalette({ conversation: focusedRow() ?? open, ...asked }),
    [open],
  );
  useShortcuts({ "?": () => setHelp(true) });
  useCommandKey("k", () => openPalette({}));
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
        {!(narrow && open) && <NavRail onHelp={() => setHelp(true)} onPalette={() => openPalette({})} />}
        <main id="page" tabIndex={-1} className="min-h-0 min-w-0 flex-1 outline-none">
          <PaletteContext value={openPalette}>
            <Outlet />
          </PaletteContext>
        </main>
      </div>
      {help && (
        <Suspense fallback={null}>
          <ShortcutHelp open onOpenChange={setHelp} />
        </Suspense>
      )}
      {palette && (
        <Suspense fallback={null}>
          <Palette asked={palette} onClosed={() => setPalette(null)} />
        </Suspense>
      )}
    </div>
  );
}
