// The vault key under each lock.

import type { Bytes } from "./cipher";
import { keyFromPasskey, seal, sumOf, unseal } from "./cipher";
import { VaultRefused } from "./errors";
import { askPasskey, makePasskey } from "./passkey";
import { checkNewPassphrase, costOfNewLock, keyFromPassphrase } from "./passphrase";
import type { LockRecord, PasskeyLock, PassphraseLock } from "./records";
import { hexOf, toJson, VERSION } from "./records";
import type { Lock } from "./types";

type Unwrapped = Omit<PassphraseLock, "wrapped" | "sum"> | Omit<PasskeyLock, "wrapped" | "sum">;

/**
 * Put the vault key under a new lock.
 *
 * @throws VaultRefused `passphrase_*`, `passkey_*`.
 */
export async function makeLock(
  lock: Lock,
  vaultId: string,
  vaultKey: Bytes,
  existing: readonly LockRecord[],
  now: number,
): Promise<LockRecord> {
  const common = { id: crypto.randomUUID(), createdAt: new Date(now).toISOString() };
  if (lock.kind === "passphrase") {
    checkNewPassphrase(lock.text);
    const made = { ...common, kind: lock.kind, cost: costOfNewLock() };
    return wrap(made, await keyFromPassphrase(lock.text, made.cost), vaultId, vaultKey);
  }
  const { secret, ...passkey } = await makePasskey(existing.filter(isPasskey));
  try {
    return await wrap({ ...common, kind: lock.kind, ...passkey }, await keyFromPasskey(secret, passkey.salt), vaultId, vaultKey);
  } finally {
    secret.fill(0);
  }
}

/**
 * Return the vault key, which the caller zeroes, and the lock that gave it.
 *
 * @throws VaultRefused `no_such_lock`, `wrong_passphrase`, `lock_damaged`, `passkey_*`.
 */
export async function openLock(lock: Lock, vaultId: string, records: readonly LockRecord[]): Promise<{ vaultKey: Bytes; id: string }> {
  const { record, key } = lock.kind === "passphrase" ? await byPassphrase(lock.text, records) : await byPasskey(records);
  const vaultKey = await unseal(key, record.wrapped, boundTo(vaultId, record));
  if (vaultKey !== null) return { vaultKey, id: record.id };
  const isWhole = record.sum === (await sumOf(toJson(withoutSum(record))));
  throw new VaultRefused(isWhole && record.kind === "passphrase" ? "wrong_passphrase" : "lock_damaged");
}

async function byPassphrase(text: string, records: readonly LockRecord[]): Promise<{ record: LockRecord; key: CryptoKey }> {
  const record = records.find((one): one is PassphraseLock => one.kind === "passphrase");
  if (record === undefined) throw new VaultRefused("no_such_lock");
  return { record, key: await keyFromPassphrase(text, record.cost) };
}

async function byPasskey(records: readonly LockRecord[]): Promise<{ record: LockRecord; key: CryptoKey }> {
  const known = records.filter(isPasskey);
  if (known.length === 0) throw new VaultRefused("no_such_lock");
  const { credentialId, secret } = await askPasskey(known);
  try {
    const record = known.find((one) => hexOf(one.credentialId) === hexOf(credentialId));
    if (record === undefined) throw new VaultRefused("passkey_unknown");
    return { record, key: await keyFromPasskey(secret, record.salt) };
  } finally {
    secret.fill(0);
  }
}

async function wrap(made: Unwrapped, key: CryptoKey, vaultId: string, vaultKey: Bytes): Promise<LockRecord> {
  const record = { ...made, wrapped: await seal(key, vaultKey, boundTo(vaultId, made)) };
  return { ...record, sum: await sumOf(toJson(withoutSum(record))) } as LockRecord;
}

function boundTo(vaultId: string, lock: Unwrapped): unknown[] {
  const common = ["sealgate vault lock", VERSION, vaultId, lock.id, lock.kind];
  if (lock.kind === "passkey") return [...common, hexOf(lock.credentialId), hexOf(lock.salt)];
  const { name, memoryKib, passes, lanes, salt } = lock.cost;
  return [...common, name, memoryKib, passes, lanes, hexOf(salt)];
}

/** The members in one order, whatever order the database gives them back in. */
function withoutSum(record: object): unknown {
  return Object.entries(record)
    .filter(([name]) => name !== "sum")
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

export function isPasskey(record: LockRecord): record is PasskeyLock {
  return record.kind === "passkey";
}
