import { Monitor, Moon, Sun } from "lucide-react";
import { Card, PageHeader } from "@/app/pages/parts";
import { useChooseLanguage } from "@/app/preferences";
import { type Theme, useTheme } from "@/app/theme";
import { LANGUAGES, type Language } from "@/i18n";
import { useTranslation } from "@/i18n/useTranslation";
import { cx } from "@/ui/cx";
import { SelectField } from "@/ui/TextField";

const THEMES = [
  { value: "light", icon: Sun },
  { value: "dark", icon: Moon },
  { value: "system", icon: Monitor },
] as const satisfies { value: Theme; icon: unknown }[];

export function AppearancePage() {
  const { t, i18n } = useTranslation();
  const [theme, setTheme] = useTheme();
  const chooseLanguage = useChooseLanguage();
  return (
    <>
      <PageHeader title={t("settings.section.appearance")} lead={t("settings.appearance.lead")} />
      <Card>
        <div className="flex flex-col gap-6 p-5">
          <fieldset>
            <legend className="mb-2 font-medium text-sm">{t("appearance.theme")}</legend>
            <div className="grid grid-cols-3 gap-3 max-sm:grid-cols-1">
              {THEMES.map(({ value, icon: Icon }) => (
                <label
                  key={value}
                  className={cx(
                    "flex min-h-11 items-center gap-3 rounded-lg border px-3 has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2",
                    theme === value ? "border-accent bg-accent-soft" : "border-line hover:bg-hover",
                  )}
                >
                  <input
                    type="radio"
                    name="theme"
                    value={value}
                    checked={theme === value}
                    onChange={() => setTheme(value)}
                    className="size-4 accent-accent"
                  />
                  <Icon aria-hidden="true" className="size-4 text-muted" />
                  <span className="text-base">{t(`appearance.${value}`)}</span>
                </label>
              ))}
            </div>
          </fieldset>
          <SelectField
            label={t("appearance.language")}
            value={i18n.language}
            onChange={(event) => chooseLanguage(event.target.value as Language)}
            className="max-w-72"
          >
            {(Object.keys(LANGUAGES) as Language[]).map((language) => (
              <option key={language} value={language} lang={language}>
                {LANGUAGES[language]}
              </option>
            ))}
          </SelectField>
        </div>
      </Card>
    </>
  );
}
