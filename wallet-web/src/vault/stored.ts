// What was found in the database, sorted into what can be read and what cannot.

import type { Found } from "./database";
import type { AccountRecord, VaultRecord } from "./records";
import { damageOf, isAccount } from "./records";
import type { Damage } from "./types";

export interface Stored {
  vault: VaultRecord | null;
  /** In the order they were added. */
  accounts: AccountRecord[];
  damagedAccounts: string[];
  damage: Damage | null;
}

export function readFound({ vault, accounts }: Found): Stored {
  const readable = accounts.map(({ record }) => record).filter(isAccount);
  const damagedAccounts = accounts.filter(({ address, record }) => !isAccount(record) || record.address !== address).map(({ address }) => address);
  if (vault === undefined) {
    const damage = accounts.length > 0 ? "accounts_without_vault" : null;
    return { vault: null, accounts: readable, damagedAccounts, damage };
  }
  const damage = damageOf(vault);
  readable.sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0));
  return { vault: damage === null ? (vault as VaultRecord) : null, accounts: readable, damagedAccounts, damage };
}
