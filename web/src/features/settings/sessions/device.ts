/** Browser and system of a user agent string, as far as a person needs them to tell sessions apart. */
export function deviceOf(userAgent: string): { browser: string; system: string; mobile: boolean } {
  const first = (known: [RegExp, string][]) => known.find(([pattern]) => pattern.test(userAgent))?.[1] ?? "";
  return {
    browser: first([
      [/\bEdg(A|iOS)?\//, "Edge"],
      [/\bOPR\//, "Opera"],
      [/\b(Firefox|FxiOS)\//, "Firefox"],
      [/\b(Chrome|CriOS|Chromium|HeadlessChrome)\//, "Chrome"],
      [/\bSafari\//, "Safari"],
      [/^curl\//, "curl"],
    ]),
    system: first([
      [/\b(iPhone|iPad)\b/, "iOS"],
      [/\bAndroid\b/, "Android"],
      [/\bWindows\b/, "Windows"],
      [/\bMac OS X\b/, "macOS"],
      [/\bCrOS\b/, "ChromeOS"],
      [/\bLinux\b/, "Linux"],
    ]),
    mobile: /\b(Mobile|iPhone|Android)\b/.test(userAgent),
  };
}
