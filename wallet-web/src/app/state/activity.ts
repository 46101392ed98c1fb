// What was signed and declined in this browser: kept here, and nowhere else.

import { Observed } from "./observe";

export interface Deed {
  /** UUID of the request. */
  uuid: string;
  at: string;
  outcome: "signed" | "declined";
  app: { uuid: string; name: string; icon: string | null };
  /** Transaction type, `SignIn` for a sign-in. */
  type: string;
  account: string | null;
  /** Key of the network, null for what is no transaction. */
  network: string | null;
  txid: string | null;
}

const KEY = "sealgate.activity";
const MOST = 200;

/** Latest first. */
export const deeds = new Observed<readonly Deed[]>(read());

addEventListener("storage", (event) => {
  if (event.key === KEY || event.key === null) deeds.set(read());
});

/** Keep a deed; the one before it of the same request goes. */
export function rememberDeed(deed: Deed): void {
  store([deed, ...read().filter((one) => one.uuid !== deed.uuid)].slice(0, MOST));
}

export function forgetDeeds(): void {
  store([]);
}

function store(all: readonly Deed[]): void {
  localStorage.setItem(KEY, JSON.stringify(all));
  deeds.set(all);
}

function read(): readonly Deed[] {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? "[]") as unknown;
    return Array.isArray(stored) ? stored.filter(isDeed).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

function isDeed(value: unknown): value is Deed {
  const { uuid, at, outcome, app, type } = (value ?? {}) as Partial<Deed>;
  const isDated = typeof at === "string" && !Number.isNaN(Date.parse(at));
  const isKnown = outcome === "signed" || outcome === "declined";
  return typeof uuid === "string" && isDated && isKnown && typeof app?.name === "string" && typeof type === "string";
}
