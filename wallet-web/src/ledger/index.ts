// The XRP Ledger's formats: secrets and keys, addresses, the binary codec, signatures.
//
// Owns everything that follows from bytes alone. Offers what the vault signs with and what requests are read with.
// Never stores, asks a network, reads a clock or shows anything. The codec, the curves and the word list are loaded when
// they are first needed, so what uses them is a promise.

import type { CheckedBlob, CheckedSignature } from "./blobs";
import type { Codec } from "./codec";
import type { Algorithm, Definitions, KeyPair, LedgerJson, Secret, Signed, SignOptions } from "./types";

export { addressOf, isAddress, readAddress, xAddressOf } from "./addresses";
export * from "./errors";
export { isPublicKey, transactionHash } from "./hashes";
export { signInTemplate } from "./signin";
export type * from "./types";
export type { CheckedBlob, CheckedSignature, Codec };

/**
 * Make a new secret from the browser's randomness.
 *
 * @throws SecretRefused `words_need_secp256k1`: no standard says which Ed25519 keys words have.
 */
export async function newSecret(kind: Secret["kind"], algorithm: Algorithm): Promise<Secret> {
  return (await import("./secrets")).newSecret(kind, algorithm);
}

/**
 * Read what a holder typed or pasted: a family seed, 12 to 24 words in any case and spacing, or eight rows of six
 * digits ("secret numbers"), which become the family seed they stand for.
 *
 * @param algorithm For an `s…` seed or secret numbers whose keys are Ed25519, as few wallets have them; without it those
 *   are secp256k1. Other secrets say theirs themselves.
 * @throws SecretRefused with a reason for the holder.
 */
export async function parseSecret(text: string, algorithm?: Algorithm): Promise<Secret> {
  return (await import("./secrets")).parseSecret(text, algorithm);
}

/**
 * Derive the keys of a secret.
 *
 * @throws SecretRefused the secret is none.
 */
export async function deriveKeys(secret: Secret): Promise<KeyPair> {
  return (await import("./secrets")).deriveKeys(secret);
}

/** Return the keys of a 32-byte private key. The bytes are copied. */
export async function keysOf(algorithm: Algorithm, privateKey: Uint8Array): Promise<KeyPair> {
  return (await import("./keys")).keysOf(algorithm, privateKey);
}

/**
 * Sign, check the result as a receiver would, and return it.
 *
 * `SigningPubKey` is set, signatures the request brings are dropped; nothing else is filled in: fee, sequence and
 * `Account` are there before. A multi-signature needs the `Account` it is for.
 *
 * @throws SigningRefused with a reason.
 */
export async function signTransaction(tx: LedgerJson, keys: KeyPair, options: SignOptions = {}): Promise<Signed> {
  return (await import("./signing")).signTransaction(tx, keys, options);
}

/**
 * Check a signed blob by itself: canonical form, strict signature of each signer. (wallet-api 6.5)
 *
 * @throws BlobRefused with a reason.
 */
export async function checkBlob(blob: string): Promise<CheckedBlob> {
  return (await import("./blobs")).checkBlob(blob);
}

/** Return the codec of a network: JSON to bytes and back; without definitions that of the XRP Ledger. */
export async function loadCodec(definitions?: Definitions): Promise<Codec> {
  return (await import("./codec")).loadCodec(definitions);
}
