/** Languages: which there are, which one is on, and how it is loaded. Text stands in `locales/`, one file each. */
import i18next, { type i18n } from "i18next";
import { initReactI18next } from "react-i18next";
import type en from "./locales/en.json";

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
    returnNull: false;
  }
}

export const LANGUAGES = {
  en: "English",
  es: "Español",
  pt: "Português",
  ar: "العربية",
} as const;

export type Language = keyof typeof LANGUAGES;

const KEY = "recado.language";

const loaders: Record<Language, () => Promise<{ default: object }>> = {
  en: () => import("./locales/en.json"),
  es: () => import("./locales/es.json"),
  pt: () => import("./locales/pt.json"),
  ar: () => import("./locales/ar.json"),
};

export async function startI18n(): Promise<i18n> {
  await i18next.use(initReactI18next).init({
    lng: chosenLanguage(),
    fallbackLng: false,
    resources: {},
    partialBundledLanguages: true,
    interpolation: { escapeValue: false },
    returnEmptyString: false,
    react: { useSuspense: false },
  });
  await setLanguage(chosenLanguage(), false);
  return i18next;
}

export async function setLanguage(language: Language, keep = true): Promise<void> {
  if (!i18next.hasResourceBundle(language, "translation")) {
    const texts = await loaders[language]();
    i18next.addResourceBundle(language, "translation", texts.default);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  document.documentElement.dir = direction(language);
  if (!keep) return;
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

export function direction(language: string): "ltr" | "rtl" {
  return language === "ar" ? "rtl" : "ltr";
}

function chosenLanguage(): Language {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(KEY);
  } catch {
    // As above.
  }
  const wanted = [kept ?? "", ...navigator.languages].map((tag) => tag.slice(0, 2));
  return wanted.find((tag): tag is Language => tag in LANGUAGES) ?? "en";
}
