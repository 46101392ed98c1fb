// A database of one's own, a clock one can move, and what is needed to look behind the vault's back.

import { IDBFactory } from "fake-indexeddb";
import type { Lock, VaultRefused } from "../../src/vault";
import { Vault } from "../../src/vault";

export const NOON = Date.UTC(2026, 10, 22, 12);
export const MINUTE_MS = 60_000;
export const RIGHT: Lock = { kind: "passphrase", text: "correct horse battery" };
export const WRONG: Lock = { kind: "passphrase", text: "incorrect horse battery" };

const opened: Vault[] = [];
let now = NOON;
export const clock = (): number => now;

/** Begin with nothing stored, at noon. */
export function startOver(): void {
  for (const vault of opened.splice(0)) vault.close();
  globalThis.indexedDB = new IDBFactory();
  now = NOON;
}

export function pass(ms: number): void {
  now += ms;
}

/** A tab of the wallet. */
export async function aTab(): Promise<Vault> {
  const vault = await Vault.open(clock);
  opened.push(vault);
  return vault;
}

/** A second tab, open as the first; Node does not always let a key go from one to the other. */
export async function anotherOpenTab(): Promise<Vault> {
  const vault = await aTab();
  if (vault.state === "locked") await vault.unlock(RIGHT);
  return vault;
}

export async function anOpenVault(): Promise<Vault> {
  const vault = await aTab();
  await vault.create(RIGHT);
  return vault;
}

/** Why the vault does not do it, and until when. */
export async function refusal(asked: Promise<unknown>): Promise<[string, number | null]> {
  const problem = (await asked.then(
    () => new Error("it was done"),
    (error: unknown) => error,
  )) as VaultRefused;
  return [problem.reason ?? problem.message, problem.waitUntil ?? null];
}

/** Wait until something is so; the tabs speak to each other in their own time. */
export async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 15_000; !isSo(); ) {
    if (Date.now() > end) throw new Error("it did not come about");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

type Store = "vault" | "accounts";

/** Read, and maybe change, a record as it lies in the database. */
export async function behindTheBack<T = Record<string, unknown>>(store: Store, key: string, change?: (record: T) => unknown): Promise<T> {
  const db = await answer(indexedDB.open("sealgate-vault"));
  const records = db.transaction(store, "readwrite").objectStore(store);
  const record = (await answer(records.get(key))) as T;
  if (change !== undefined) await answer(records.put(change(record), key));
  db.close();
  return record;
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
