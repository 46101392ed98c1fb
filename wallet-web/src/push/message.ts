// A message of a push: what it names, what is shown of it, where a press on it leads.
//
// A message has ids and nothing else, and what is shown can be read off a lock screen: an app's name at the most, never
// an amount.

const LONGEST_NAME = 60;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const IDENTIFIER = /^[A-Za-z0-9._-]{3,64}$/;

interface Words {
  request: string;
  requestOf: (app: string) => string;
  xapp: string;
  xappOf: (app: string) => string;
  open: string;
}

const WORDS: Readonly<Record<string, Words>> = {
  en: {
    request: "A request waits for you",
    requestOf: (app) => `${app} asks for your signature`,
    xapp: "There is news for you",
    xappOf: (app) => `News from ${app}`,
    open: "Open your wallet to look at it.",
  },
  de: {
    request: "Eine Anfrage wartet auf dich",
    requestOf: (app) => `${app} bittet um deine Unterschrift`,
    xapp: "Es gibt Neues für dich",
    xappOf: (app) => `Neues von ${app}`,
    open: "Öffne deine Wallet, um es anzusehen.",
  },
};

/** What a message names. */
export interface Pushed {
  payload: string;
  /** Of the xApp that opens for it; null for a sign request. */
  xapp: string | null;
}

/** Read a message; null where it is none of ours. */
export function readPush(text: string): Pushed | null {
  try {
    const { payload, category, xappIdentifier } = JSON.parse(text) as Record<string, unknown>;
    if (typeof payload !== "string" || !UUID.test(payload)) return null;
    const isXapp = category === "OPENXAPP" && typeof xappIdentifier === "string" && IDENTIFIER.test(xappIdentifier);
    return { payload, xapp: isXapp ? xappIdentifier : null };
  } catch {
    return null;
  }
}

/** Where a press leads. */
export function placeOf(pushed: Pushed | null): string {
  if (pushed === null) return "/wallet/";
  const { payload, xapp } = pushed;
  if (xapp === null) return `/wallet/sign/${payload}?from=PUSH_NOTIFICATION`;
  return `/wallet/xapps/${xapp}?event=${payload}&from=PUSH_NOTIFICATION`;
}

/** Return what to show. `app` is the name of the app that asks, null where nobody told it in time. */
export function wordsFor(pushed: Pushed | null, app: string | null, language: string): { title: string; body: string } {
  const words = WORDS[language.slice(0, 2)] ?? (WORDS["en"] as Words);
  const isXapp = pushed !== null && pushed.xapp !== null;
  if (app === null) return { title: isXapp ? words.xapp : words.request, body: words.open };
  const name = app.length > LONGEST_NAME ? `${app.slice(0, LONGEST_NAME - 1)}…` : app;
  return { title: isXapp ? words.xappOf(name) : words.requestOf(name), body: words.open };
}
