import type { LedgerJson, Secret, Signed, SignOptions } from "../ledger";
import { signTransaction } from "../ledger";
import { checkLabel, sealAccount, shown, unsealKeys, unsealSecret } from "./accounts";
import { tryPassphrase } from "./attempts";
import type { Bytes } from "./cipher";
import { keyFrom, randomBytes } from "./cipher";
import { VaultRefused } from "./errors";
import { makeLock, openLock } from "./locks";
import { passkeysPossible } from "./passkey";
import type { LockRecord } from "./records";
import { hexOf, isMinutes, VERSION } from "./records";
import { Session } from "./session";
import { Stored } from "./stored";
import type { Damage, Lock, LockInfo, VaultAccount, VaultEvent, VaultState } from "./types";

const AUTO_LOCK_MINUTES = 5;

/**
 * The vault as one tab has it.
 *
 * Whatever changes it is on disk when its promise is kept, and is told to the listeners here and in every other tab.
 */
export class Vault {
  readonly #now: () => number;
  readonly #stored = new Stored();
  readonly #session: Session;
  readonly #listeners = new Set<(event: VaultEvent) => void>();

  private constructor(now: () => number) {
    this.#now = now;
    this.#session = new Session(now, {
      vaultId: () => this.#stored.vault?.id ?? null,
      changed: () => void this.#reload(),
      opened: (why) => this.#tell({ kind: "state", state: "open", why }),
      locked: (why) => this.#tell({ kind: "state", state: this.state, why }),
    });
  }

  /**
   * Read what is public of the vault, and open it if another tab has it open. Damaged records make no error: `state` is
   * `damaged` then, and nothing is written until `erase`.
   *
   * @param now ms since 1970.
   * @throws VaultRefused `storage_unavailable`.
   */
  static async open(now: () => number = Date.now): Promise<Vault> {
    const vault = new Vault(now);
    await vault.#stored.connect();
    await vault.#load();
    await vault.#session.askOthers();
    return vault;
  }

  /** Whether a passkey could be a lock here, as far as the browser tells before a try. */
  static passkeysPossible(): Promise<boolean> {
    return passkeysPossible();
  }

  get state(): VaultState {
    if (this.#stored.damage !== null) return "damaged";
    if (this.#stored.vault === null) return "empty";
    return this.#session.key === null ? "locked" : "open";
  }

  get damage(): Damage | null {
    return this.#stored.damage;
  }

  /** In the order they were added. */
  get accounts(): readonly VaultAccount[] {
    return this.#stored.accounts.map(shown);
  }

  /** Addresses whose records cannot be read; they stay as they are until they are removed. */
  get damagedAccounts(): readonly string[] {
    return this.#stored.damagedAccounts;
  }

  get locks(): readonly LockInfo[] {
    return (this.#stored.vault?.locks ?? []).map(({ id, kind, createdAt }) => ({ id, kind, createdAt }));
  }

  get autoLockMinutes(): number {
    return this.#stored.vault?.autoLockMinutes ?? AUTO_LOCK_MINUTES;
  }

  /**
   * Make the vault; it is open then.
   *
   * @throws VaultRefused `exists`, `damaged`, `passphrase_*`, `passkey_*`, `storage_*`.
   */
  async create(lock: Lock): Promise<void> {
    if (this.state !== "empty") throw new VaultRefused(this.state === "damaged" ? "damaged" : "exists");
    const vaultKey = randomBytes(32);
    try {
      const [id, createdAt] = [hexOf(randomBytes(16)), new Date(this.#now()).toISOString()];
      const made = await makeLock(lock, id, vaultKey, [], this.#now());
      await this.#stored.begin({ version: VERSION, id, createdAt, autoLockMinutes: AUTO_LOCK_MINUTES, locks: [made] });
      this.#session.tellChanged();
      this.#session.open(await keyFrom(vaultKey), "created", this.autoLockMinutes);
    } finally {
      vaultKey.fill(0);
    }
    // Else the browser may throw keys away when its disk is full. What it answers changes nothing for us.
    void globalThis.navigator?.storage?.persist?.().catch(() => false);
  }

  /** @throws VaultRefused `wrong_passphrase`, `wait` (with `waitUntil`), `no_such_lock`, `lock_damaged`, `passkey_*`. */
  async unlock(lock: Lock): Promise<void> {
    this.#session.open(await this.#keyBehind(lock), "unlocked", this.autoLockMinutes);
  }

  /** Lock here and in every other tab. */
  lock(): void {
    this.#session.close("locked");
  }

  /** Tell that the holder is there, on key presses and touches: puts off locking by itself. */
  touch(): void {
    this.#session.touch();
  }

  /** @throws RangeError not 1 to 60. */
  async setAutoLock(minutes: number): Promise<void> {
    if (!isMinutes(minutes)) throw new RangeError("1 to 60 minutes");
    await this.#stored.changeVault((record) => ({ ...record, autoLockMinutes: minutes }));
    this.#session.tellChanged();
    this.#session.setMinutes(minutes);
  }

  /**
   * Keep an account.
   *
   * @throws VaultRefused `locked`, `account_exists`, `label_too_long`, `storage_*`; SecretRefused.
   */
  async add(secret: Secret, label: string, { backedUp = false }: { backedUp?: boolean } = {}): Promise<VaultAccount> {
    const key = this.#session.use();
    const about = { label: checkLabel(label), createdAt: new Date(this.#now()).toISOString(), backedUp };
    const made = await sealAccount(key, this.#stored.existing.id, secret, about);
    await this.#stored.change(async (change) => {
      if ((await change.account(made.address)) !== undefined) throw new VaultRefused("account_exists");
      change.putAccount(made);
    });
    this.#changed("accounts");
    return shown(made);
  }

  /** Works while locked, too. */
  async rename(address: string, label: string): Promise<void> {
    const checked = checkLabel(label);
    await this.#stored.changeAccount(address, (record) => ({ ...record, label: checked }));
    this.#changed("accounts");
  }

  /** The holder has shown to have the secret. */
  async markBackedUp(address: string): Promise<void> {
    await this.#stored.changeAccount(address, (record) => ({ ...record, backedUp: true }));
    this.#changed("accounts");
  }

  /** Forget an account's keys for ever, a damaged one's as well. The lock is opened anew for it. */
  async remove(address: string, lock: Lock): Promise<void> {
    await this.#keyBehind(lock);
    await this.#stored.change(async (change) => {
      if ((await change.account(address)) === undefined) throw new VaultRefused("account_unknown");
      change.deleteAccount(address);
    });
    this.#changed("accounts");
  }

  /** Return the secret, to be shown and forgotten. The lock is opened anew for it; what was locked stays so. */
  async reveal(address: string, lock: Lock): Promise<Secret> {
    const account = this.#stored.account(address);
    return unsealSecret(await this.#keyBehind(lock), this.#stored.existing.id, account);
  }

  /**
   * Sign with an account's key, which is in memory for this long only.
   *
   * @throws VaultRefused `locked`, `account_unknown`, `account_damaged`; SigningRefused.
   */
  async sign(address: string, tx: LedgerJson, options: SignOptions = {}): Promise<Signed> {
    const key = this.#session.use();
    const keys = await unsealKeys(key, this.#stored.existing.id, this.#stored.account(address));
    try {
      return await signTransaction(tx, keys, options);
    } finally {
      keys.wipe();
    }
  }

  /** Put a new lock in place of the one given. @throws VaultRefused as `unlock` and `create`; `second_passphrase`. */
  async changeLock(old: Lock, next: Lock): Promise<void> {
    await this.#place(old, next, (one, opened) => one.id !== opened);
  }

  /** Put a lock beside those there are: a passkey, or the one passphrase. @throws VaultRefused as `changeLock`. */
  async addLock(existing: Lock, next: Lock): Promise<void> {
    await this.#place(existing, next, () => true);
  }

  /** @throws VaultRefused `no_such_lock`, `last_lock`, and as `unlock`. */
  async removeLock(existing: Lock, id: string): Promise<void> {
    await this.#keyBehind(existing);
    await this.#stored.changeVault((record) => {
      if (!record.locks.some((one) => one.id === id)) throw new VaultRefused("no_such_lock");
      if (record.locks.length === 1) throw new VaultRefused("last_lock");
      return { ...record, locks: record.locks.filter((one) => one.id !== id) };
    });
    this.#changed("locks");
  }

  /** Return all that is stored as JSON, secrets encrypted as they are: what a holder puts aside before `erase`. */
  exportRecords(): Promise<string> {
    return this.#stored.export();
  }

  /** Delete everything, for ever. */
  async erase(): Promise<void> {
    await this.#stored.erase();
    this.#session.close("erased");
    this.#session.tellChanged();
    await this.#reload();
  }

  /** Call the listener with all that happens from now on. Returns how to stop it. */
  subscribe(listener: (event: VaultEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Let go of the database and the other tabs; the vault cannot be used after it. */
  close(): void {
    this.#session.end();
    this.#stored.close();
  }

  async #load(): Promise<void> {
    await this.#stored.load();
    this.#session.setMinutes(this.autoLockMinutes);
  }

  async #reload(): Promise<void> {
    const [before, state] = [this.#stored.vault?.id, this.state];
    await this.#load();
    if (before !== this.#stored.vault?.id && this.#session.key !== null) this.#session.close("other_tab");
    else if (state !== this.state) this.#tell({ kind: "state", state: this.state, why: "other_tab" });
    this.#tell({ kind: "accounts" });
    this.#tell({ kind: "locks" });
    // The vault was made in another tab, whose key came before this one knew what it is for.
    if (before === undefined && this.state === "locked") await this.#session.askOthers();
  }

  async #openLock(lock: Lock): Promise<{ vaultKey: Bytes; id: string }> {
    const { id, locks } = this.#stored.existing;
    if (lock.kind === "passkey") return openLock(lock, id, locks);
    return tryPassphrase(this.#stored.database, this.#now, () => openLock(lock, id, locks));
  }

  async #keyBehind(lock: Lock): Promise<CryptoKey> {
    const { vaultKey } = await this.#openLock(lock);
    try {
      return await keyFrom(vaultKey);
    } finally {
      vaultKey.fill(0);
    }
  }

  async #place(old: Lock, next: Lock, stays: (record: LockRecord, opened: string) => boolean): Promise<void> {
    const { vaultKey, id: opened } = await this.#openLock(old);
    const besides = (records: readonly LockRecord[]): LockRecord[] => {
      const others = records.filter((one) => stays(one, opened));
      // Two passphrases would leave it open which one is asked for.
      const isSecond = next.kind === "passphrase" && others.some(({ kind }) => kind === "passphrase");
      if (isSecond) throw new VaultRefused("second_passphrase");
      return others;
    };
    try {
      const { id, locks } = this.#stored.existing;
      const made = await makeLock(next, id, vaultKey, besides(locks), this.#now());
      await this.#stored.changeVault((record) => ({ ...record, locks: [...besides(record.locks), made] }));
    } finally {
      vaultKey.fill(0);
    }
    this.#changed("locks");
  }

  #changed(kind: "accounts" | "locks"): void {
    this.#session.tellChanged();
    this.#tell({ kind });
  }

  #tell(event: VaultEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
