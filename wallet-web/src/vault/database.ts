// The vault's database: one record of the vault, one for each account, one that counts wrong passphrases.

import { VaultRefused } from "./errors";
import type { AccountRecord, Attempts, VaultRecord } from "./records";

const NAME = "sealgate-vault";
const FORMAT = 1;
const VAULT = "vault";
const ATTEMPTS = "attempts";

/** Everything as it lies there; nothing of it is believed. */
export interface Found {
  vault: unknown;
  accounts: { address: string; record: unknown }[];
}

/** What one change may do; each is part of the same transaction. */
export interface Change {
  vault: VaultRecord | null;
  account(address: string): Promise<unknown>;
  putVault(record: VaultRecord): void;
  putAccount(record: AccountRecord): void;
  deleteAccount(address: string): void;
  deleteAll(): void;
}

/** @throws VaultRefused `storage_unavailable`; RangeError a newer wallet made the database. */
export async function openDatabase(): Promise<Database> {
  try {
    const request = indexedDB.open(NAME, FORMAT);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("vault");
      request.result.createObjectStore("accounts");
    };
    return new Database(await answerOf(request));
  } catch (problem) {
    if (problem instanceof DOMException && problem.name === "VersionError") throw new RangeError("a newer database");
    throw new VaultRefused("storage_unavailable");
  }
}

/** Delete the database, whatever is in it. */
export async function deleteDatabase(): Promise<void> {
  await answerOf(indexedDB.deleteDatabase(NAME));
}

export class Database {
  readonly #db: IDBDatabase;

  constructor(db: IDBDatabase) {
    this.#db = db;
    // A newer wallet in another tab wants to change the format, or to delete everything.
    db.onversionchange = () => db.close();
  }

  async read(): Promise<Found> {
    const tx = this.#begin("readonly");
    const accounts = tx.objectStore("accounts");
    const [vault, keys, records] = await Promise.all([
      answerOf<unknown>(tx.objectStore("vault").get(VAULT)),
      answerOf(accounts.getAllKeys()),
      answerOf<unknown[]>(accounts.getAll()),
    ]);
    return { vault, accounts: keys.map((key, at) => ({ address: String(key), record: records[at] })) };
  }

  /**
   * Change records in one transaction, which is on disk when this returns.
   *
   * @param work Awaits nothing but what it asks the change for, or the transaction ends under it.
   * @throws VaultRefused `storage_full`, `storage_unavailable`, and what `work` throws; nothing is changed then.
   */
  async change<T>(work: (change: Change) => T | Promise<T>): Promise<T> {
    const tx = this.#begin("readwrite");
    const done = endOf(tx);
    const [vaults, accounts] = [tx.objectStore("vault"), tx.objectStore("accounts")];
    try {
      const result = await work({
        vault: (await answerOf<VaultRecord | undefined>(vaults.get(VAULT))) ?? null,
        account: (address) => answerOf<unknown>(accounts.get(address)),
        putVault: (record) => void vaults.put(record, VAULT),
        putAccount: (record) => void accounts.put(record, record.address),
        deleteAccount: (address) => void accounts.delete(address),
        deleteAll: () => void [vaults.clear(), accounts.clear()],
      });
      await done;
      return result;
    } catch (problem) {
      done.catch(() => undefined);
      abort(tx);
      throw problem;
    }
  }

  /** Let one function look at the count of wrong passphrases and say the next, before anybody else does. */
  async count(next: (now: Attempts) => Attempts): Promise<void> {
    const tx = this.#begin("readwrite");
    const done = endOf(tx);
    const vaults = tx.objectStore("vault");
    try {
      const found = await answerOf<Partial<Attempts> | undefined>(vaults.get(ATTEMPTS));
      vaults.put(next({ failures: Number(found?.failures) || 0, waitUntil: Number(found?.waitUntil) || 0 }), ATTEMPTS);
      await done;
    } catch (problem) {
      done.catch(() => undefined);
      abort(tx);
      throw problem;
    }
  }

  close(): void {
    this.#db.close();
  }

  #begin(mode: IDBTransactionMode): IDBTransaction {
    try {
      return this.#db.transaction(["vault", "accounts"], mode, { durability: "strict" });
    } catch {
      throw new VaultRefused("storage_unavailable");
    }
  }
}

function abort(tx: IDBTransaction): void {
  try {
    tx.abort();
  } catch {
    // It has ended already.
  }
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new VaultRefused("storage_unavailable"));
  });
}

function endOf(tx: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    tx.oncomplete = () => resolve();
    tx.onerror = tx.onabort = () =>
      reject(new VaultRefused(tx.error?.name === "QuotaExceededError" ? "storage_full" : "storage_unavailable"));
  });
}
