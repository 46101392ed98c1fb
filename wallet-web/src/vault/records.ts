// What lies in the database. Everything that decrypting depends on is bound to what is encrypted.

import type { Algorithm, Secret } from "../ledger";
import { isAddress, isPublicKey } from "../ledger";
import type { Damage } from "./types";

export const VERSION = 1;

/** AES-256-GCM: a nonce of 12 bytes that is used once, and the ciphertext with its tag. */
export interface Sealed {
  nonce: Uint8Array<ArrayBuffer>;
  data: Uint8Array<ArrayBuffer>;
}

/** Cost of Argon2id (RFC 9106), as it was when the lock was made. */
export interface PassphraseCost {
  name: "argon2id";
  memoryKib: number;
  passes: number;
  lanes: number;
  salt: Uint8Array<ArrayBuffer>;
}

interface LockCommon {
  id: string;
  createdAt: string;
  /** The vault key under this lock's key. */
  wrapped: Sealed;
  /** SHA-256 over the rest, hex: tells a damaged record from a wrong passphrase. */
  sum: string;
}

export interface PassphraseLock extends LockCommon {
  kind: "passphrase";
  cost: PassphraseCost;
}

export interface PasskeyLock extends LockCommon {
  kind: "passkey";
  credentialId: Uint8Array<ArrayBuffer>;
  /** Both what the authenticator computes with and the salt of HKDF. */
  salt: Uint8Array<ArrayBuffer>;
  transports: string[];
}

export type LockRecord = PassphraseLock | PasskeyLock;

export interface VaultRecord {
  version: number;
  id: string;
  createdAt: string;
  autoLockMinutes: number;
  locks: LockRecord[];
}

export interface AccountRecord {
  version: number;
  address: string;
  publicKey: string;
  algorithm: Algorithm;
  label: string;
  createdAt: string;
  backedUp: boolean;
  secretKind: Secret["kind"];
  /** 32 bytes. */
  privateKey: Sealed;
  /** UTF-8. */
  secret: Sealed;
}

/** How many passphrases were wrong in a row. */
export interface Attempts {
  failures: number;
  /** ms since 1970. */
  waitUntil: number;
}

/** Return what is wrong with the record of the vault, or null. */
export function damageOf(found: unknown): Damage | null {
  if (!isObject(found)) return "unreadable_vault";
  if (typeof found.version === "number" && found.version > VERSION) return "newer_version";
  const isWhole =
    found.version === VERSION &&
    typeof found.id === "string" &&
    typeof found.createdAt === "string" &&
    isMinutes(found.autoLockMinutes) &&
    Array.isArray(found.locks) &&
    found.locks.length > 0 &&
    found.locks.every(isLock);
  return isWhole ? null : "unreadable_vault";
}

export function isMinutes(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 60;
}

function isLock(found: unknown): boolean {
  if (!isObject(found) || typeof found.id !== "string" || typeof found.sum !== "string" || !isSealed(found.wrapped)) return false;
  if (found.kind === "passkey") return isBytes(found.credentialId) && isBytes(found.salt) && Array.isArray(found.transports);
  return found.kind === "passphrase" && isCost(found.cost);
}

/** Bounded, so that a damaged number does not keep the browser busy for hours. */
function isCost(found: unknown): boolean {
  if (!isObject(found) || found.name !== "argon2id" || !isBytes(found.salt)) return false;
  const within = (value: unknown, most: number) => typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most;
  return within(found.memoryKib, 1 << 18) && within(found.passes, 16) && within(found.lanes, 4);
}

export function isAccount(found: unknown): found is AccountRecord {
  return (
    isObject(found) &&
    found.version === VERSION &&
    typeof found.address === "string" &&
    isAddress(found.address) &&
    typeof found.publicKey === "string" &&
    isPublicKey(found.publicKey) &&
    (found.algorithm === "ed25519" || found.algorithm === "secp256k1") &&
    typeof found.label === "string" &&
    typeof found.createdAt === "string" &&
    typeof found.backedUp === "boolean" &&
    (found.secretKind === "seed" || found.secretKind === "words") &&
    isSealed(found.privateKey) &&
    isSealed(found.secret)
  );
}

function isSealed(found: unknown): found is Sealed {
  return isObject(found) && isBytes(found.nonce) && found.nonce.length === 12 && isBytes(found.data);
}

function isBytes(found: unknown): found is Uint8Array {
  return ArrayBuffer.isView(found) && Object.prototype.toString.call(found) === "[object Uint8Array]";
}

function isObject(found: unknown): found is Record<string, unknown> {
  return typeof found === "object" && found !== null;
}

/** Return the record as JSON, bytes in hex: for a sum, and for a holder who puts it aside. */
export function toJson(record: unknown): string {
  return JSON.stringify(record, (_, value: unknown) => (isBytes(value) ? hexOf(value) : value));
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
