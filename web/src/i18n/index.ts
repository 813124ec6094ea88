/**
 * Languages: which there are, which one is on, and how it is loaded. Text stands in `locales/`, one file each; what only
 * some pages say stands in a folder there, and comes with them.
 */
import i18next, { type i18n } from "i18next";
import type en from "./locales/en.json";
import type manage from "./locales/manage/en.json";

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en & typeof manage };
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

/** Texts of numbers and templates. */
const manageLoaders: Record<Language, () => Promise<{ default: object }>> = {
  en: () => import("./locales/manage/en.json"),
  es: () => import("./locales/manage/es.json"),
  pt: () => import("./locales/manage/pt.json"),
  ar: () => import("./locales/manage/ar.json"),
};
let managing = false;
const managed = new Set<Language>();

/** The page, once its texts are there too. */
export async function withManageTexts<T>(page: Promise<T>): Promise<T> {
  managing = true;
  await loadManageTexts(i18next.language as Language);
  return page;
}

async function loadManageTexts(language: Language): Promise<void> {
  if (managed.has(language)) return;
  const texts = await manageLoaders[language]();
  i18next.addResourceBundle(language, "translation", texts.default, true);
  managed.add(language);
}

export async function startI18n(): Promise<i18n> {
  await i18next.init({
    lng: chosenLanguage(),
    fallbackLng: false,
    resources: {},
    partialBundledLanguages: true,
    interpolation: { escapeValue: false },
    returnEmptyString: false,
  });
  await setLanguage(chosenLanguage(), false);
  addEventListener("storage", followOtherTabs);
  return i18next;
}

export async function setLanguage(language: Language, keep = true): Promise<void> {
  if (!i18next.hasResourceBundle(language, "translation")) {
    const texts = await loaders[language]();
    i18next.addResourceBundle(language, "translation", texts.default);
  }
  if (managing) await loadManageTexts(language);
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

/** Chosen in another tab of this browser: here, too. */
function followOtherTabs({ key, newValue }: StorageEvent): void {
  if (key === KEY && newValue && newValue in LANGUAGES && newValue !== i18next.language)
    void setLanguage(newValue as Language, false);
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
