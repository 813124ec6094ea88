/** Every word of the page, in the reader's language. `public/theme.js` has set it before we run. */
import { ar } from "./ar";
import { en, type Texts } from "./en";
import { es } from "./es";
import { pt } from "./pt";

const LANGUAGES: Record<string, Texts> = { en, es, pt, ar };

export const language = document.documentElement.lang || "en";
export const t: Texts = LANGUAGES[language] ?? en;
