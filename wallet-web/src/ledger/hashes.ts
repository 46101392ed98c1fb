// The ledger's hashes. (xrpl.org, "Basic Data Types", "Hash Prefixes")

import { ripemd160 } from "@noble/hashes/legacy.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { fromHex, join, toHex } from "./bytes";

const SIGNED_TRANSACTION = Uint8Array.of(0x54, 0x58, 0x4e, 0x00);

/** Return the first 32 bytes of SHA-512. */
export function sha512Half(data: Uint8Array): Uint8Array<ArrayBuffer> {
  return sha512(data).slice(0, 32);
}

/** Return the 20 bytes of an account whose key this is. */
export function accountIdOf(publicKey: Uint8Array): Uint8Array<ArrayBuffer> {
  return ripemd160(sha256(publicKey)) as Uint8Array<ArrayBuffer>;
}

/**
 * Return the hash of a signed transaction, upper-case hex.
 *
 * @throws RangeError the blob is no hex.
 */
export function transactionHash(blob: string): string {
  const bytes = fromHex(blob);
  if (bytes === null) throw new RangeError("a blob is hex");
  return toHex(sha512Half(join(SIGNED_TRANSACTION, bytes)));
}

/** Whether this is the hex of 33 bytes with the first byte of a public key: 02, 03 or ED. */
export function isPublicKey(hex: string): boolean {
  return /^(02|03|ED)[0-9A-F]{64}$/i.test(hex);
}
