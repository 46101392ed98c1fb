// Family seeds: 16 bytes, and the keys that follow from them. (xrpl.org, "Cryptographic Keys", "Key Derivation")

import { secp256k1 } from "@noble/curves/secp256k1.js";
import { decodeChecked, encodeChecked } from "./addresses";
import { join } from "./bytes";
import { SecretRefused } from "./errors";
import { sha512Half } from "./hashes";
import type { Algorithm } from "./types";

export const SEED_LENGTH = 16;
const ED25519_PREFIX = Uint8Array.of(0x01, 0xe1, 0x4b);
const SECP256K1_PREFIX = Uint8Array.of(0x21);
const ORDER = secp256k1.Point.Fn.ORDER;
/** The first, and in practice the only, account of a family. */
const ACCOUNT_INDEX = new Uint8Array(4);

/** Return `sEd…` or `s…`. */
export function encodeSeed(entropy: Uint8Array, algorithm: Algorithm): string {
  return encodeChecked(join(algorithm === "ed25519" ? ED25519_PREFIX : SECP256K1_PREFIX, entropy));
}

/**
 * Return the 16 bytes of a seed, and the scheme its first letters name.
 *
 * @throws SecretRefused `unknown_form`, `wrong_checksum`, `looks_like_address`.
 */
export function decodeSeed(text: string): { entropy: Uint8Array<ArrayBuffer>; algorithm: Algorithm } {
  const payload = decodeChecked(text);
  if (typeof payload === "string") throw new SecretRefused(payload);
  for (const [algorithm, prefix] of [["ed25519", ED25519_PREFIX], ["secp256k1", SECP256K1_PREFIX]] as const) {
    const fits = payload.length === prefix.length + SEED_LENGTH && prefix.every((byte, at) => payload[at] === byte);
    if (fits) return { entropy: payload.slice(prefix.length), algorithm };
  }
  throw new SecretRefused(payload.length === 21 && payload[0] === 0 ? "looks_like_address" : "unknown_form");
}

/** Return the 32-byte private key of a seed's account. The caller zeroes it. */
export function privateKeyOf(entropy: Uint8Array, algorithm: Algorithm): Uint8Array<ArrayBuffer> {
  if (algorithm === "ed25519") return sha512Half(entropy);
  const root = scalarFrom(entropy);
  const family = secp256k1.Point.BASE.multiply(root).toBytes(true);
  return secp256k1.Point.Fn.toBytes((root + scalarFrom(join(family, ACCOUNT_INDEX))) % ORDER) as Uint8Array<ArrayBuffer>;
}

/** The first SHA-512Half of the material and a rising counter that is a scalar of the curve. */
function scalarFrom(material: Uint8Array): bigint {
  for (let counter = 0; ; counter++) {
    const suffix = new Uint8Array(4);
    new DataView(suffix.buffer).setUint32(0, counter);
    const digest = sha512Half(join(material, suffix));
    const scalar = digest.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
    if (scalar > 0n && scalar < ORDER) return scalar;
  }
}
