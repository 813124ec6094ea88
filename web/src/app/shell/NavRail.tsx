import { Link, type LinkProps } from "@tanstack/react-router";
import { Inbox, LayoutTemplate, type LucideIcon, Settings, Smartphone } from "lucide-react";
import { memo } from "react";
import { useCan } from "@/app/me";
import { Bell } from "@/features/notifications/Bell";
import { useTranslation } from "@/i18n/useTranslation";
import { Logo } from "@/ui/Logo";
import { UserMenu } from "./UserMenu";
import { useUnread } from "./useTitle";

export const NavRail = memo(function NavRail({
  onHelp,
  onPalette,
}: {
  onHelp: () => void;
  onPalette: () => void;
}) {
  const { t } = useTranslation();
  const unread = useUnread();
  const mayRead = useCan("channels:read");
  return (
    <nav
      aria-label={t("shell.navigation")}
      className="flex shrink-0 items-center border-line bg-canvas max-md:h-14 max-md:justify-around max-md:border-t max-md:px-2 md:w-15 md:flex-col md:border-e md:py-3"
    >
      <Logo className="size-8 max-md:hidden md:mb-5" />
      <div className="flex gap-1 max-md:contents md:flex-col">
        <RailLink
          to="/inbox"
          icon={Inbox}
          label={t("shell.inbox")}
          badge={unread.count > 0 ? unread.label : ""}
          badgeLabel={t("inbox.list.unreadConversations")}
        />
        {mayRead && <RailLink to="/templates" icon={LayoutTemplate} label={t("shell.templates")} />}
        {mayRead && <RailLink to="/numbers" icon={Smartphone} label={t("shell.numbers")} />}
        <RailLink to="/settings" icon={Settings} label={t("shell.settings")} />
      </div>
      <div className="flex items-center gap-1 max-md:contents md:mt-auto md:flex-col md:gap-2">
        <Bell />
        <UserMenu onHelp={onHelp} onPalette={onPalette} />
      </div>
    </nav>
  );
});

const RailLink = memo(function RailLink({
  to,
  icon: Icon,
  label,
  badge,
  badgeLabel,
}: {
  to: LinkProps["to"];
  icon: LucideIcon;
  label: string;
  badge?: string;
  badgeLabel?: string;
}) {
  return (
    <Link
      to={to ?? "/inbox"}
      data-tip={label}
      data-tip-side="aside"
      className="relative flex size-10 items-center justify-center rounded-lg text-muted transition-colors duration-100 hover:bg-hover hover:text-text aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent pointer-coarse:size-11"
    >
      <Icon aria-hidden="true" className="size-5" strokeWidth={1.9} />
      <span className="sr-only">{label}</span>
      {badge && (
        <span className="absolute -end-0.5 -top-0.5 flex h-4 min-w-4 items-center justify-center rounded-full bg-accent px-1 font-semibold text-[10px] text-on-accent tabular-nums ring-2 ring-canvas">
          {badge}
          <span className="sr-only"> {badgeLabel}</span>
        </span>
      )}
    </Link>
  );
});
