import { useQueryClient } from "@tanstack/react-query";
import { Keyboard, Languages, LogOut, Monitor, Moon, Sun } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import type { Availability } from "@/api/types";
import { meQuery, useMe } from "@/app/me";
import { useChooseLanguage } from "@/app/preferences";
import { signOut } from "@/app/session";
import { type Theme, useTheme } from "@/app/theme";
import { LANGUAGES, type Language } from "@/i18n";
import { Avatar } from "@/ui/Avatar";
import { cx } from "@/ui/cx";
import { Menu, MenuChoices, MenuItem, MenuSeparator } from "@/ui/Menu";
import { notifyError } from "@/ui/toast";

const AVAILABILITIES = [
  { value: "online", color: "bg-open" },
  { value: "away", color: "bg-pending" },
  { value: "offline", color: "bg-edge" },
] as const satisfies { value: Availability; color: string }[];

export function UserMenu({ onHelp }: { onHelp: () => void }) {
  const { t, i18n } = useTranslation();
  const { account, member } = useMe();
  const cache = useQueryClient();
  const [theme, setTheme] = useTheme();
  const setAvailability = async (availability: Availability) => {
    try {
      const { data } = await body(api.PUT("/api/v1/me/availability", { body: { availability } }));
      cache.setQueryData(meQuery.queryKey, data);
    } catch (error) {
      notifyError(t("presence.failed"), error instanceof Error ? error.message : "");
    }
  };
  const chooseLanguage = useChooseLanguage();
  return (
    <Menu
      side="inline-end"
      align="end"
      trigger={
        <button
          type="button"
          aria-label={t("shell.account", { name: member.name })}
          className="flex size-10 items-center justify-center rounded-full pointer-coarse:size-11"
        >
          <Avatar id={member.id} name={member.name} url={member.avatar_url} />
        </button>
      }
    >
      <div className="px-2.5 pt-1.5 pb-2">
        <p className="truncate font-semibold text-base">{member.name}</p>
        <p className="truncate text-muted text-sm">{member.email}</p>
        <p className="mt-1 truncate text-faint text-xs">
          {account.name} · {t(`role.${member.role}`)}
        </p>
      </div>
      <MenuSeparator />
      <MenuChoices<Availability>
        label={t("presence.availability")}
        value={member.availability}
        onChange={(availability) => void setAvailability(availability)}
        choices={AVAILABILITIES.map(({ value, color }) => ({
          value,
          label: t(`presence.${value}`),
          icon: <span aria-hidden="true" className={cx("mx-1 size-2 rounded-full", color)} />,
        }))}
      />
      <MenuSeparator />
      <MenuChoices<Theme>
        label={t("appearance.theme")}
        value={theme}
        onChange={setTheme}
        choices={[
          {
            value: "light",
            label: t("appearance.light"),
            icon: <Sun aria-hidden="true" className="size-4" />,
          },
          {
            value: "dark",
            label: t("appearance.dark"),
            icon: <Moon aria-hidden="true" className="size-4" />,
          },
          {
            value: "system",
            label: t("appearance.system"),
            icon: <Monitor aria-hidden="true" className="size-4" />,
          },
        ]}
      />
      <MenuSeparator />
      <MenuChoices<Language>
        label={t("appearance.language")}
        value={i18n.language as Language}
        onChange={chooseLanguage}
        choices={(Object.keys(LANGUAGES) as Language[]).map((language) => ({
          value: language,
          label: <bdi lang={language}>{LANGUAGES[language]}</bdi>,
          icon: <Languages aria-hidden="true" className="size-4" />,
        }))}
      />
      <MenuSeparator />
      <MenuItem onClick={onHelp}>
        <Keyboard aria-hidden="true" className="size-4" />
        {t("shortcuts.title")}
      </MenuItem>
      <MenuItem
        onClick={() => void signOut().catch(() => notifyError(t("auth.signOutFailed"), t("error.network")))}
      >
        <LogOut aria-hidden="true" className="size-4 rtl:-scale-x-100" />
        {t("auth.signOut")}
      </MenuItem>
    </Menu>
  );
}
