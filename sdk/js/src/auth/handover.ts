// What the tab that renewed a session hands to the next: localStorage reaches a tab in another process a moment later,
// IndexedDB is the same for all of them.

import { host, pause } from "../host.js";
import type { Tokens } from "../oauth.js";

/** A renewal: believed only by whoever still has what it replaced. */
export interface Renewal {
  /** The access token that was replaced. */
  readonly from: string;
  readonly tokens: Tokens;
}

/** Where the last renewal is found by every tab. Neither rejects: where it is not to be had, nothing is found. */
export interface Handover {
  get(name: string): Promise<Renewal | undefined>;
  /** Settles once every tab finds it; null: there is none any more. */
  put(name: string, renewal: Renewal | null): Promise<unknown>;
}

/** The usual request of IndexedDB, as far as it is used. */
export interface Asked<T> {
  readonly result: T;
  readonly error: unknown;
  onsuccess: unknown;
  onerror: unknown;
}

export interface Store {
  get(name: string): Asked<Renewal | undefined>;
  put(renewal: Renewal, name: string): Asked<unknown>;
  delete(name: string): Asked<unknown>;
}

export interface Database {
  createObjectStore(name: string): unknown;
  transaction(name: string, mode: string): { objectStore(name: string): Store };
  close(): void;
}

const STORE = "renewed";
/** A browser whose database hangs must not keep all tabs from renewing. */
const ANSWERED_WITHIN_MS = 5_000;

export const handover: Handover = {
  get: (name) => use("readonly", (store) => store.get(name)),
  put: (name, renewal) => use("readwrite", (store) => (renewal ? store.put(renewal, name) : store.delete(name))),
};

async function use<T>(mode: string, ask: (store: Store) => Asked<T>): Promise<T | undefined> {
  const asking = async (): Promise<T> => {
    const opening = host.indexedDB?.open("sealgate", 1) as Asked<Database> & { onupgradeneeded: unknown };
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    const database = await answerOf(opening);
    try {
      // Transactions begin in the order they were made, whichever tab made them: none reads before what is put here.
      return await answerOf(ask(database.transaction(STORE, mode).objectStore(STORE)));
    } finally {
      database.close();
    }
  };
  try {
    // Where site data is blocked, already looking throws.
    if (host.indexedDB) return (await Promise.race([asking(), pause(ANSWERED_WITHIN_MS)])) as T | undefined;
  } catch {}
  return undefined;
}

function answerOf<T>(asked: Asked<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}
