/**
 * Text for components. One answer for all of them, made anew when the language changes: the hook of react-i18next copies
 * its whole instance for every component that mounts, and a thread has hundreds of them.
 */
import i18next, { type i18n, type TFunction } from "i18next";
import { useSyncExternalStore } from "react";

type Translation = { t: TFunction; i18n: i18n; language: string };

let known: Translation | undefined;

export function useTranslation(): Translation {
  return useSyncExternalStore(listen, current);
}

function current(): Translation {
  const { language } = i18next;
  if (known?.language !== language) known = { t: i18next.getFixedT(language), i18n: i18next, language };
  return known;
}

function listen(listener: () => void): () => void {
  i18next.on("languageChanged", listener);
  return () => i18next.off("languageChanged", listener);
}
