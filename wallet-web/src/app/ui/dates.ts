// Moments, as the person's language writes them.

import { currentLocale } from "../i18n";

/** Such as `22 Nov 2026`. */
export function dateOf(moment: string | Date): string {
  return new Intl.DateTimeFormat(currentLocale(), { dateStyle: "medium" }).format(new Date(moment));
}

/** Such as `14:05`. */
export function timeOf(moment: string | Date): string {
  return new Intl.DateTimeFormat(currentLocale(), { timeStyle: "short" }).format(new Date(moment));
}

/** Such as `22 November 2026, 14:05`. */
export function momentOf(moment: string | Date): string {
  return new Intl.DateTimeFormat(currentLocale(), { dateStyle: "long", timeStyle: "short" }).format(new Date(moment));
}

/** `today`, `yesterday`, else the date in full. */
export function dayOf(moment: string | Date, now: Date = new Date()): string {
  const day = new Date(moment);
  const days = Math.round((startOf(now) - startOf(day)) / 86_400_000);
  if (days > 1 || days < 0) return new Intl.DateTimeFormat(currentLocale(), { dateStyle: "full" }).format(day);
  const words = new Intl.RelativeTimeFormat(currentLocale(), { numeric: "auto" }).format(-days, "day");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function startOf(day: Date): number {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
}
