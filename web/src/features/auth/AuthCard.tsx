import { Languages } from "lucide-react";
import type { ReactNode } from "react";
import { LANGUAGES, type Language, setLanguage } from "@/i18n";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { Logo } from "@/ui/Logo";
import { Menu, MenuChoices } from "@/ui/Menu";

/** The frame of the pages one sees before being signed in. */
export function AuthCard({
  title,
  lead,
  children,
  footer,
}: {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
}) {
  const { t, i18n } = useTranslation();
  return (
    <div className="flex min-h-full flex-col items-center px-4 py-6">
      <header className="flex w-full max-w-5xl items-center justify-between">
        <span className="flex items-center gap-2 font-semibold text-lg">
          <Logo className="size-7" />
          Recado
        </span>
        <Menu
          align="end"
          trigger={
            <Button variant="quiet" size="sm" aria-label={t("appearance.language")}>
              <Languages aria-hidden="true" className="size-4" />
              {LANGUAGES[i18n.language as Language]}
            </Button>
          }
        >
          <MenuChoices<Language>
            label={t("appearance.language")}
            value={i18n.language as Language}
            onChange={(language) => void setLanguage(language)}
            choices={(Object.keys(LANGUAGES) as Language[]).map((language) => ({
              value: language,
              label: <bdi lang={language}>{LANGUAGES[language]}</bdi>,
            }))}
          />
        </Menu>
      </header>
      <main className="my-auto w-full max-w-sm py-8">
        <div className="rounded-xl border border-line bg-surface p-6 shadow-[0_1px_3px_oklch(0.25_0.02_265/0.05)]">
          <h1 className="font-semibold text-xl">{title}</h1>
          {lead && <p className="mt-1 text-base text-muted">{lead}</p>}
          <div className="mt-5">{children}</div>
        </div>
        {footer && <p className="mt-4 text-center text-base text-muted">{footer}</p>}
      </main>
    </div>
  );
}
