// Where keys are kept, locked and used.
//
// Owns the encrypted records in the browser's database and the key that opens them. Offers accounts, signing and
// showing a secret again, in step between the tabs of the wallet. Never keeps a secret in the clear, never sends
// anything, and never deletes what it cannot read.
//
// At rest: each account's private key and secret under AES-256-GCM with a random vault key; the vault key under a key
// from a passphrase (Argon2id, in a worker) or from a passkey (WebAuthn PRF, HKDF-SHA-256), once for each lock.
// While open, the vault key is a WebCrypto key whose bytes no script can read; a private key is in memory for the time of
// one signature and is overwritten with zeros after it.

import type { LedgerJson, Secret, Signed, SignOptions } from "../ledger";
import type { Damage, Lock, LockInfo, VaultAccount, VaultEvent, VaultState } from "./types";

export { BackupCheck } from "./backup";
export * from "./errors";
export type * from "./types";

export declare class Vault {
  /** Open the database and read what is public in it. Never throws for damaged records: `state` is `damaged` then.
   * @throws VaultRefused `storage_unavailable` */
  static open(): Promise<Vault>;
  get state(): VaultState;
  get damage(): Damage | null;
  get accounts(): readonly VaultAccount[];
  get locks(): readonly LockInfo[];
  /** Whether this browser has passkeys that can open a vault (WebAuthn with PRF, as far as it tells before a try). */
  static passkeysPossible(): Promise<boolean>;
  /** Make the vault; it is open then. @throws VaultRefused `exists`, `damaged`, `passphrase_*`, `passkey_*` */
  create(lock: Lock): Promise<void>;
  /** @throws VaultRefused `wrong_passphrase`, `wait` (both with `waitUntil`), `passkey_*`, `no_such_lock` */
  unlock(lock: Lock): Promise<void>;
  /** Lock here and in every other tab. */
  lock(): void;
  /** Tell that the holder is there: puts off locking by itself. Call on key presses and touches. */
  touch(): void;
  get autoLockMinutes(): number;
  /** 1 to 60. */
  setAutoLock(minutes: number): Promise<void>;
  /** @throws VaultRefused `locked`, `account_exists`, `label_too_long` */
  add(secret: Secret, label: string, options?: { backedUp?: boolean }): Promise<VaultAccount>;
  /** Works while locked, too. */
  rename(address: string, label: string): Promise<void>;
  markBackedUp(address: string): Promise<void>;
  /** Forget an account's keys; the vault is unlocked anew for it. @throws as `unlock` */
  remove(address: string, lock: Lock): Promise<void>;
  /** Show the secret again; the vault is unlocked anew for it. @throws as `unlock` */
  reveal(address: string, lock: Lock): Promise<Secret>;
  /** @throws VaultRefused `locked`, `account_unknown`, `account_damaged`; SigningRefused */
  sign(address: string, tx: LedgerJson, options?: SignOptions): Promise<Signed>;
  /** Put a new lock in place of the one given. @throws as `unlock` and `create` */
  changeLock(old: Lock, next: Lock): Promise<void>;
  /** Another lock beside those there are. A second passphrase is not possible. */
  addLock(existing: Lock, next: Lock): Promise<void>;
  /** @throws VaultRefused `last_lock` */
  removeLock(existing: Lock, id: string): Promise<void>;
  /** All that is stored, as JSON with everything secret still encrypted; what a holder can put aside before `erase`. */
  exportRecords(): Promise<string>;
  /** Delete everything. Ask the holder twice. */
  erase(): Promise<void>;
  /** @returns how to stop it */
  subscribe(listener: (event: VaultEvent) => void): () => void;
}
