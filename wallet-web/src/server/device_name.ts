// What a browser calls itself, for lists of devices.

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(Firefox|FxiOS)\//, "Firefox"],
  // Without a window it calls itself HeadlessChrome.
  [/(Chrome|CriOS)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/CrOS/, "ChromeOS"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
];

/** A name such as "Firefox on Linux" for a user agent. */
export function deviceName(userAgent: string): string {
  const named = (list: typeof BROWSERS, other: string): string => list.find(([looks]) => looks.test(userAgent))?.[1] ?? other;
  return `${named(BROWSERS, "Browser")} on ${named(SYSTEMS, "a computer")}`;
}
