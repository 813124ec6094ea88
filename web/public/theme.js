// Runs before the first paint, so that neither theme nor direction flashes. A file of its own because the content
// security policy forbids inline scripts. The keys are those of src/app/theme.ts and src/i18n/index.ts.
(() => {
  var root = document.documentElement;
  var theme = "system";
  var language = "";
  try {
    theme = localStorage.getItem("recado.theme") || "system";
    language = localStorage.getItem("recado.language") || "";
  } catch (error) {
    // Storage is closed to us (private mode, embedded view): the defaults do.
  }
  var dark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "dark" : "light";
  if (!language) language = (navigator.language || "en").slice(0, 2);
  if (["en", "es", "pt", "ar"].indexOf(language) < 0) language = "en";
  root.lang = language;
  root.dir = language === "ar" ? "rtl" : "ltr";
})();
