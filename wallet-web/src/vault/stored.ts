// The records as this tab knows them, and changes to them.

import type { Change, Database } from "./database";
import { deleteDatabase, openDatabase } from "./database";
import { VaultRefused } from "./errors";
import type { AccountRecord, VaultRecord } from "./records";
import { damageOf, isAccount, toJson } from "./records";
import type { Damage } from "./types";

export class Stored {
  /** null where there is none, or none that can be read. */
  vault: VaultRecord | null = null;
  /** In the order they were added. */
  accounts: AccountRecord[] = [];
  /** Addresses whose records cannot be read. */
  damagedAccounts: string[] = [];
  damage: Damage | null = null;
  #database: Database | null = null;

  /** @throws VaultRefused `storage_unavailable`. */
  async connect(): Promise<void> {
    try {
      this.#database = await openDatabase();
      this.damage = null;
    } catch (problem) {
      if (!(problem instanceof RangeError)) throw problem;
      this.damage = "newer_version";
    }
  }

  async load(): Promise<void> {
    if (this.#database === null) return;
    const { vault, accounts } = await this.#database.read();
    const isReadable = ({ address, record }: (typeof accounts)[number]) => isAccount(record) && record.address === address;
    this.damage = vault !== undefined ? damageOf(vault) : accounts.length > 0 ? "accounts_without_vault" : null;
    this.vault = vault !== undefined && this.damage === null ? (vault as VaultRecord) : null;
    this.damagedAccounts = accounts.filter((one) => !isReadable(one)).map(({ address }) => address);
    this.accounts = accounts.filter(isReadable).map(({ record }) => record as AccountRecord);
    this.accounts.sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0));
  }

  /** @throws VaultRefused `damaged`: a newer wallet's database, which this one does not touch. */
  get database(): Database {
    if (this.#database === null) throw new VaultRefused("damaged");
    return this.#database;
  }

  /** The vault, which has to be there. @throws VaultRefused `damaged`, `no_such_lock`. */
  get existing(): VaultRecord {
    if (this.damage !== null) throw new VaultRefused("damaged");
    if (this.vault === null) throw new VaultRefused("no_such_lock");
    return this.vault;
  }

  /** @throws VaultRefused `account_unknown`, `account_damaged`. */
  account(address: string): AccountRecord {
    const found = this.accounts.find((one) => one.address === address);
    if (found !== undefined) return found;
    throw new VaultRefused(this.damagedAccounts.includes(address) ? "account_damaged" : "account_unknown");
  }

  /** Keep a new vault. @throws VaultRefused `exists`: another tab was faster. */
  async begin(record: VaultRecord): Promise<void> {
    await this.database.change((change) => {
      if (change.vault !== null) throw new VaultRefused("exists");
      change.putVault(record);
    });
    this.vault = record;
  }

  /** Change what is stored, as long as it is the vault that this tab knows. @throws VaultRefused `changed_elsewhere`. */
  async change(work: (change: Change) => void | Promise<void>): Promise<void> {
    const { id } = this.existing;
    await this.database.change((change) => {
      if (change.vault?.id !== id) throw new VaultRefused("changed_elsewhere");
      return work(change);
    });
    await this.load();
  }

  async changeVault(next: (record: VaultRecord) => VaultRecord): Promise<void> {
    await this.change((change) => void (change.vault && change.putVault(next(change.vault))));
  }

  async changeAccount(address: string, next: (record: AccountRecord) => AccountRecord): Promise<void> {
    await this.change(async (change) => {
      const found = await change.account(address);
      if (!isAccount(found)) throw new VaultRefused(found === undefined ? "account_unknown" : "account_damaged");
      change.putAccount(next(found));
    });
  }

  async export(): Promise<string> {
    return toJson(await this.database.read());
  }

  async erase(): Promise<void> {
    if (this.#database !== null) return this.#database.change((change) => change.deleteAll());
    await deleteDatabase();
    await this.connect();
  }

  close(): void {
    this.#database?.close();
  }
}
