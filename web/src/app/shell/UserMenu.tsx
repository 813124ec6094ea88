import { Keyboard, Languages, LogOut, Monitor, Moon, Search, Sun } from "lucide-react";
import { memo } from "react";
import type { Availability } from "@/api/types";
import { AVAILABILITIES, useSetAvailability } from "@/app/availability";
import { useMe } from "@/app/me";
import { useChooseLanguage } from "@/app/preferences";
import { signOut } from "@/app/session";
import { type Theme, useTheme } from "@/app/theme";
import { LANGUAGES, type Language } from "@/i18n";
import { useTranslation } from "@/i18n/useTranslation";
import { Avatar } from "@/ui/Avatar";
import { Kbd } from "@/ui/Kbd";
import { Menu, MenuChoices, MenuItem, MenuSeparator } from "@/ui/Menu";
import { PresenceDot } from "@/ui/PresenceDot";
import { commandKey } from "@/ui/shortcuts";
import { notifyError } from "@/ui/toast";

export const UserMenu = memo(function UserMenu({
  onHelp,
  onPalette,
}: {
  onHelp: () => void;
  onPalette: () => void;
}) {
  const { t, i18n } = useTranslation();
  const { account, member } = useMe();
  const [theme, setTheme] = useTheme();
  const setAvailability = useSetAvailability();
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
        onChange={setAvailability}
        choices={AVAILABILITIES.map((value) => ({
          value,
          label: t(`presence.${value}`),
          icon: <PresenceDot availability={value} className="mx-1" />,
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
      <MenuItem onClick={onPalette}>
        <Search aria-hidden="true" className="size-4" />
        <span className="min-w-0 flex-1">{t("shell.palette")}</span>
        <Hint>{commandKey("K")}</Hint>
      </MenuItem>
      <MenuItem onClick={onHelp}>
        <Keyboard aria-hidden="true" className="size-4" />
        <span className="min-w-0 flex-1">{t("shortcuts.title")}</span>
        <Hint>?</Hint>
      </MenuItem>
      <MenuItem
        onClick={() => void signOut().catch(() => notifyError(t("auth.signOutFailed"), t("error.network")))}
      >
        <LogOut aria-hidden="true" className="size-4 rtl:-scale-x-100" />
        {t("auth.signOut")}
      </MenuItem>
    </Menu>
  );
});

/** The key that does the same, for those who have keys. */
function Hint({ children }: { children: string }) {
  return (
    <span aria-hidden="true" className="pointer-coarse:hidden">
      <Kbd>{children}</Kbd>
    </span>
  );
}
