import { Link, Navigate, Outlet } from "@tanstack/react-router";
import {
  Bell,
  Building2,
  KeyRound,
  type LucideIcon,
  MessageSquareText,
  MonitorSmartphone,
  Palette,
  ScrollText,
  ShieldCheck,
  Siren,
  Tags,
  UserRound,
  Users,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { useCan, useMe } from "@/app/me";

const SECTIONS = [
  { to: "/settings/profile", icon: UserRound, name: "profile", needs: null },
  { to: "/settings/security", icon: ShieldCheck, name: "security", needs: null },
  { to: "/settings/members", icon: Users, name: "members", needs: "members:read" },
  { to: "/settings/account", icon: Building2, name: "account", needs: null },
  { to: "/settings/sessions", icon: MonitorSmartphone, name: "sessions", needs: null },
  { to: "/settings/appearance", icon: Palette, name: "appearance", needs: null },
  { to: "/settings/canned-replies", icon: MessageSquareText, name: "cannedReplies", needs: "messages:send" },
  { to: "/settings/tags", icon: Tags, name: "tags", needs: "contacts:read" },
  { to: "/settings/notifications", icon: Bell, name: "notifications", needs: null },
  { to: "/settings/api-keys", icon: KeyRound, name: "apiKeys", needs: "keys:manage" },
  { to: "/settings/attention", icon: Siren, name: "attention", needs: "operations:manage" },
  { to: "/settings/audit", icon: ScrollText, name: "audit", needs: "audit:read" },
] as const satisfies { to: string; icon: LucideIcon; name: string; needs: string | null }[];

export function SettingsLayout() {
  const { t } = useTranslation();
  const { account, permissions } = useMe();
  const sections = SECTIONS.filter(({ needs }) => needs === null || permissions.includes(needs));
  return (
    <div className="flex h-full min-h-0 max-md:flex-col">
      <div className="thin-scroll shrink-0 overflow-auto border-line bg-surface max-md:border-b md:w-60 md:border-e">
        <div className="px-5 pt-5 pb-3 max-md:px-4 max-md:pt-3 max-md:pb-1">
          <p className="font-semibold text-lg">{t("settings.title")}</p>
          <p className="truncate text-muted text-sm max-md:hidden">{account.name}</p>
        </div>
        <ul
          aria-label={t("settings.sections")}
          className="flex gap-0.5 px-3 pb-3 max-md:px-2 max-md:pb-2 md:flex-col"
        >
          {sections.map(({ to, icon: Icon, name }) => (
            <li key={to} className="shrink-0">
              <Link
                to={to}
                className="flex h-9 items-center gap-2.5 rounded-md px-2.5 text-base text-muted hover:bg-hover hover:text-text aria-[current=page]:bg-selected aria-[current=page]:font-medium aria-[current=page]:text-text pointer-coarse:h-11"
              >
                <Icon aria-hidden="true" className="size-4.5" strokeWidth={1.9} />
                {t(`settings.section.${name}`)}
              </Link>
            </li>
          ))}
        </ul>
      </div>
      <div className="thin-scroll min-h-0 flex-1 overflow-y-auto bg-canvas">
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
