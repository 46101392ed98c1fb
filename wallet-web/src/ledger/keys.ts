// A private key at work. (wallet-api 6.1)

import { ed25519 } from "@noble/curves/ed25519.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { addressOf } from "./addresses";
import { join, toHex } from "./bytes";
import { sha512Half } from "./hashes";
import type { Algorithm, KeyPair } from "./types";

const ED25519_PREFIX = Uint8Array.of(0xed);

class Keys implements KeyPair {
  readonly publicKey: string;
  readonly address: string;
  readonly #privateKey: Uint8Array<ArrayBuffer>;
  #isWiped = false;

  constructor(
    readonly algorithm: Algorithm,
    privateKey: Uint8Array,
  ) {
    this.#privateKey = Uint8Array.from(privateKey);
    this.publicKey = toHex(
      algorithm === "ed25519"
        ? join(ED25519_PREFIX, ed25519.getPublicKey(privateKey))
        : secp256k1.getPublicKey(privateKey, true),
    );
    this.address = addressOf(this.publicKey);
  }

  sign(message: Uint8Array): Uint8Array {
    this.#mustBeHere();
    if (this.algorithm === "ed25519") return ed25519.sign(message, this.#privateKey);
    return secp256k1.sign(sha512Half(message), this.#privateKey, { prehash: false, lowS: true, format: "der" });
  }

  privateKey(): Uint8Array<ArrayBuffer> {
    this.#mustBeHere();
    return this.#privateKey.slice();
  }

  wipe(): void {
    this.#privateKey.fill(0);
    this.#isWiped = true;
  }

  #mustBeHere(): void {
    if (this.#isWiped) throw new Error("these keys were wiped");
  }
}

/**
 * Return the keys of a 32-byte private key. The bytes are copied.
 *
 * @throws RangeError not a private key of this scheme.
 */
export function keysOf(algorithm: Algorithm, privateKey: Uint8Array): KeyPair {
  const isValid = privateKey.length === 32 && (algorithm === "ed25519" || secp256k1.utils.isValidSecretKey(privateKey));
  if (!isValid) throw new RangeError("not a private key");
  return new Keys(algorithm, privateKey);
}

/**
 * Whether a signature is right and in its only canonical form: DER with low S, or S below the group's order and a key
 * that is no point of small order.
 *
 * @param publicKey 33 bytes.
 */
export function isSignedBy(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    if (publicKey[0] === ED25519_PREFIX[0]) {
      const key = publicKey.subarray(1);
      if (ed25519.Point.fromBytes(key).isSmallOrder()) return false;
      return ed25519.verify(signature, message, key, { zip215: false });
    }
    return secp256k1.verify(signature, sha512Half(message), publicKey, { prehash: false, lowS: true, format: "der" });
  } catch {
    return false;
  }
}
