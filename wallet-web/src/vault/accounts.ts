// An account's keys, sealed and used.

import type { KeyPair, Secret } from "../ledger";
import { deriveKeys, keysOf } from "../ledger";
import type { Bytes } from "./cipher";
import { seal, unseal } from "./cipher";
import { VaultRefused } from "./errors";
import type { AccountRecord } from "./records";
import { VERSION } from "./records";
import type { VaultAccount } from "./types";

/** In characters. */
export const LONGEST_LABEL = 64;

/** Return the record of a new account. */
export async function sealAccount(
  key: CryptoKey,
  vaultId: string,
  secret: Secret,
  about: Pick<VaultAccount, "label" | "createdAt" | "backedUp">,
): Promise<AccountRecord> {
  const keys = await deriveKeys(secret);
  const privateKey = keys.privateKey();
  const text = new TextEncoder().encode(secret.text) as Bytes;
  try {
    const { address, publicKey, algorithm } = keys;
    const open = { version: VERSION, address, publicKey, algorithm, secretKind: secret.kind, ...about };
    return {
      ...open,
      privateKey: await seal(key, privateKey, boundTo(vaultId, open, "private key")),
      secret: await seal(key, text, boundTo(vaultId, open, "secret")),
    };
  } finally {
    keys.wipe();
    privateKey.fill(0);
    text.fill(0);
  }
}

/**
 * Return the account's keys; the caller wipes them.
 *
 * @throws VaultRefused `account_damaged`.
 */
export async function unsealKeys(key: CryptoKey, vaultId: string, record: AccountRecord): Promise<KeyPair> {
  const privateKey = await unseal(key, record.privateKey, boundTo(vaultId, record, "private key"));
  if (privateKey === null) throw new VaultRefused("account_damaged");
  try {
    const keys = await keysOf(record.algorithm, privateKey);
    if (keys.publicKey === record.publicKey && keys.address === record.address) return keys;
    keys.wipe();
    throw new VaultRefused("account_damaged");
  } finally {
    privateKey.fill(0);
  }
}

/** @throws VaultRefused `account_damaged`. */
export async function unsealSecret(key: CryptoKey, vaultId: string, record: AccountRecord): Promise<Secret> {
  const text = await unseal(key, record.secret, boundTo(vaultId, record, "secret"));
  if (text === null) throw new VaultRefused("account_damaged");
  const secret: Secret = { kind: record.secretKind, algorithm: record.algorithm, text: new TextDecoder().decode(text) };
  text.fill(0);
  return secret;
}

/** What everybody may see of an account. */
export function shown(record: AccountRecord): VaultAccount {
  const { address, publicKey, algorithm, label, createdAt, backedUp } = record;
  return { address, publicKey, algorithm, label, createdAt, backedUp };
}

/** @throws VaultRefused `label_too_long`. */
export function checkLabel(label: string): string {
  const trimmed = label.trim();
  if ([...trimmed].length > LONGEST_LABEL) throw new VaultRefused("label_too_long");
  return trimmed;
}

type Identity = Pick<AccountRecord, "address" | "publicKey" | "algorithm" | "secretKind">;

function boundTo(vaultId: string, { address, publicKey, algorithm, secretKind }: Identity, what: string): unknown[] {
  return ["sealgate vault account", VERSION, vaultId, what, address, publicKey, algorithm, secretKind];
}
