// Words for people: every text of the app by its key, in the language that was chosen or that the browser asks for.
//
// To add a language: a folder beside `en` with the same keys (the types see to it), and its name in `LANGUAGES`.

import { en } from "./en";

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

type Texts = typeof en;
export type Key = keyof Texts;
/** A language: each key of English with a text of its own. */
export type Translation = { readonly [K in Key]: string };

type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
export type Value = string | number;
type Values<K extends Key> = [Names<Texts[K]>] extends [never] ? [] : [values: Record<Names<Texts[K]>, Value>];

/** The stem of keys that have a form for one and a form for several: `x` of `x.one` and `x.other`. */
type Countable = { [K in Key]: K extends `${infer Stem}.one` ? Stem : never }[Key];

const CHOSEN = "sealgate.language";

let texts: Translation = en;
let language: Language = "en";

/** Load the language of this browser; English where it is not there. Called once, before anything is shown. */
export async function startLanguage(): Promise<void> {
  await speak(chosenLanguage());
}

/** The language that is spoken now, as BCP 47 has it. */
export function currentLanguage(): Language {
  return language;
}

/** The language as the browser's region writes dates and numbers, such as `en-GB`. */
export function currentLocale(): string {
  return navigator.languages.find((one) => one.slice(0, 2).toLowerCase() === language) ?? language;
}

/** Keep a language for this browser, and speak it; the page is drawn anew by whoever asked. */
export async function chooseLanguage(wanted: Language): Promise<void> {
  localStorage.setItem(CHOSEN, wanted);
  await speak(wanted);
}

/** Return the text of a key, with its `{names}` replaced by values. */
export function t<K extends Key>(key: K, ...[values]: Values<K>): string {
  return fill(texts[key], values);
}

/** Return the text for a count: `{count}` is replaced by it, in the form the language has for this many. */
export function tn(stem: Countable, count: number): string {
  const form = new Intl.PluralRules(language).select(count) === "one" ? "one" : "other";
  return fill(texts[`${stem}.${form}` as Key], { count: new Intl.NumberFormat(currentLocale()).format(count) });
}

/** Return the text of a key that is only known when it is asked for, such as a code of a lower room; else `fallback`. */
export function tell(key: string, values: Record<string, Value> = {}, fallback: Key = "error.unknown"): string {
  return fill(texts[(key in texts ? key : fallback) as Key], values);
}

/** Whether there is a text for this key. */
export function hasText(key: string): key is Key {
  return key in texts;
}

async function speak(wanted: Language): Promise<void> {
  texts = wanted === "de" ? (await import("./de")).de : en;
  language = wanted;
  document.documentElement.lang = wanted;
}

function chosenLanguage(): Language {
  const wishes = [localStorage.getItem(CHOSEN) ?? "", ...navigator.languages];
  const found = wishes.map((wish) => wish.slice(0, 2).toLowerCase()).find((wish) => wish in LANGUAGES);
  return (found ?? "en") as Language;
}

function fill(text: string, values: Record<string, Value> | undefined): string {
  if (values === undefined) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
