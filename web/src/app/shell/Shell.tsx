/** The frame of every signed-in page: the rail, the banner of a lost connection, and the page. */
import { Outlet, useRouter, useRouterState } from "@tanstack/react-router";
import { Suspense, useCallback, useEffect, useState } from "react";
import { useIsNarrow } from "@/app/useMediaQuery";
import { focusedRow } from "@/features/inbox/list/focus";
import { withManageTexts } from "@/i18n";
import { useTranslation } from "@/i18n/useTranslation";
import { lazy } from "@/ui/lazy";
import { typeAhead, useCommandKey, useShortcuts } from "@/ui/shortcuts";
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
  const router = useRouter();
  // Not which one: the frame is not drawn anew for that.
  const open = useRouterState({ select: ({ location }) => openIn(location) !== undefined });
  const openPalette = useCallback(
    (asked: Asked) => {
      typeAhead();
      setPalette({ conversation: focusedRow() ?? openIn(router.latestLocation), ...asked });
    },
    [router],
  );
  const openHelp = useCallback(() => setHelp(true), []);
  const openAll = useCallback(() => openPalette({}), [openPalette]);
  useShortcuts({ "?": openHelp });
  useCommandKey("k", openAll);
  useEffect(ignoreStrayFiles, []);

  return (
    <div className="flex h-dvh flex-col">
      <Title />
      <a
        href="#page"
        className="absolute start-2 -top-12 z-50 rounded-md bg-accent px-3 py-2 text-on-accent focus:top-2"
      >
        {t("shell.skip")}
      </a>
      <ConnectionBanner />
      <div className="flex min-h-0 flex-1 max-md:flex-col-reverse">
        {!(narrow && open) && <NavRail onHelp={openHelp} onPalette={openAll} />}
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

/** By itself: with each count that changes nothing else has to. */
function Title() {
  useTitle();
  return null;
}

function openIn({ pathname, search }: { pathname: string; search: { c?: string } }): string | undefined {
  return pathname === "/inbox" ? search.c : undefined;
}

/** A file that misses what takes it would open in place of the app, and take along what is not sent yet. */
function ignoreStrayFiles(): () => void {
  const ignore = (event: DragEvent) => {
    const { target, dataTransfer } = event;
    if (event.defaultPrevented || !dataTransfer?.types.includes("Files")) return;
    if (target instanceof HTMLInputElement && target.type === "file") return;
    event.preventDefault();
    dataTransfer.dropEffect = "none";
  };
  document.addEventListener("dragover", ignore);
  document.addEventListener("drop", ignore);
  return () => {
    document.removeEventListener("dragover", ignore);
    document.removeEventListener("drop", ignore);
  };
}
