import { Link, Navigate, Outlet, useRouterState } from "@tanstack/react-router";
import { LockKeyhole } from "lucide-react";
import { useEffect, useRef } from "react";
import { useCan, useMe } from "@/app/me";
import { useReasons } from "@/app/permission";
import { useTranslation } from "@/i18n/useTranslation";
import { SECTIONS } from "./sections";

export function SettingsLayout() {
  const { t } = useTranslation();
  const { account } = useMe();
  const reasonFor = useReasons();
  const list = useRef<HTMLUListElement>(null);
  const path = useRouterState({ select: ({ location }) => location.pathname });

  // On a phone the sections stand in one line that is longer than the screen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is another section
  useEffect(() => {
    list.current
      ?.querySelector("[aria-current=page]")
      ?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [path]);

  return (
    <div className="flex h-full min-h-0 max-md:flex-col">
      <div className="thin-scroll relative shrink-0 border-line bg-surface max-md:border-b md:w-60 md:overflow-auto md:border-e">
        <div className="px-5 pt-5 pb-3 max-md:px-4 max-md:pt-3 max-md:pb-1">
          <p className="font-semibold text-lg">{t("settings.title")}</p>
          <p className="truncate text-muted text-sm max-md:hidden">{account.name}</p>
        </div>
        <ul
          ref={list}
          aria-label={t("settings.sections")}
          className="thin-scroll flex gap-0.5 px-3 pb-3 max-md:overflow-x-auto max-md:px-2 max-md:pb-2 md:flex-col"
        >
          {SECTIONS.map(({ to, icon: Icon, name, needs }) => {
            const reason = needs ? reasonFor(needs) : undefined;
            return (
              <li key={to} className="shrink-0">
                <Link
                  to={to}
                  {...(reason
                    ? { "aria-description": reason, "data-tip": reason, "data-tip-side": "aside" }
                    : {})}
                  className="flex h-9 items-center gap-2.5 rounded-md px-2.5 text-base text-muted hover:bg-hover hover:text-text aria-[current=page]:bg-selected aria-[current=page]:font-medium aria-[current=page]:text-text pointer-coarse:h-11"
                >
                  <Icon aria-hidden="true" className="size-4.5" strokeWidth={1.9} />
                  {t(`settings.section.${name}`)}
                  {/* It can be opened all the same: the page says who may. */}
                  {reason && <LockKeyhole aria-hidden="true" className="ms-auto size-3.5 text-faint" />}
                </Link>
              </li>
            );
          })}
        </ul>
      </div>
      <div className="thin-scroll relative min-h-0 flex-1 overflow-y-auto bg-canvas">
        <div className="mx-auto w-full max-w-3xl px-4 py-6 md:px-8 md:py-8">
          <Outlet />
        </div>
      </div>
    </div>
  );
}

export function SettingsIndex() {
  const canRead = useCan("members:read");
  return <Navigate to={canRead ? "/settings/members" : "/settings/sessions"} replace />;
}
