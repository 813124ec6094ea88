/** The languages WhatsApp takes templates in, by its codes, and their names in the reader's language. */
export const CODES =
  "af ar az bg bn ca cs da de el en en_GB en_US es es_AR es_ES es_MX et fa fi fil fr ga gu ha he hi hr hu id it ja ka kk kn ko ky_KG lo lt lv mk ml mr ms nb nl pa pl pt_BR pt_PT ro ru rw_RW sk sl sq sr sv sw ta te th tr uk ur uz vi zh_CN zh_HK zh_TW zu".split(
    " ",
  );

export function languageName(code: string, locale: string): string {
  try {
    return new Intl.DisplayNames(locale, { type: "language" }).of(code.replace("_", "-")) ?? code;
  } catch {
    // Not a code of a language: shown as it is.
    return code;
  }
}

/** The code for who reads the app in this language. */
export function suggested(locale: string): string {
  return { en: "en", es: "es", pt: "pt_BR", ar: "ar" }[locale.slice(0, 2)] ?? "en";
}
