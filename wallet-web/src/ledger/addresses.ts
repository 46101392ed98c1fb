// Addresses: classic ones and X-addresses (XLS-5), and the Base58Check form behind them.

import { sha256 } from "@noble/hashes/sha2.js";
import { base58xrp } from "@scure/base";
import { fromHex, join } from "./bytes";
import { accountIdOf, isPublicKey } from "./hashes";
import type { ReadAddress } from "./types";

const CLASSIC_PREFIX = Uint8Array.of(0);
const X_MAIN = Uint8Array.of(0x05, 0x44);
const X_TEST = Uint8Array.of(0x04, 0x93);
const CHECKSUM_LENGTH = 4;
const LONGEST = 64;

/** Return the bytes with a checksum in the ledger's Base58. */
export function encodeChecked(payload: Uint8Array): string {
  return base58xrp.encode(join(payload, checksumOf(payload)));
}

/** Return the bytes behind the text, or why there are none. */
export function decodeChecked(text: string): Uint8Array<ArrayBuffer> | "unknown_form" | "wrong_checksum" {
  if (text.length > LONGEST) return "unknown_form";
  let bytes: Uint8Array;
  try {
    bytes = base58xrp.decode(text);
  } catch {
    return "unknown_form";
  }
  if (bytes.length <= CHECKSUM_LENGTH) return "unknown_form";
  const payload = bytes.slice(0, -CHECKSUM_LENGTH);
  const isRight = checksumOf(payload).every((byte, at) => byte === bytes[payload.length + at]);
  return isRight ? payload : "wrong_checksum";
}

function checksumOf(payload: Uint8Array): Uint8Array {
  return sha256(sha256(payload)).subarray(0, CHECKSUM_LENGTH);
}

/**
 * Return the classic address of a public key.
 *
 * @throws RangeError it is no public key in hex.
 */
export function addressOf(publicKey: string): string {
  const bytes = isPublicKey(publicKey) ? fromHex(publicKey) : null;
  if (bytes === null) throw new RangeError("a public key is the hex of 33 bytes");
  return encodeChecked(join(CLASSIC_PREFIX, accountIdOf(bytes)));
}

/** Return the 20 bytes behind a classic address, or null. */
export function accountIdIn(address: string): Uint8Array<ArrayBuffer> | null {
  const payload = decodeChecked(address);
  return typeof payload !== "string" && payload.length === 21 && payload[0] === 0 ? payload.slice(1) : null;
}

/** Whether this is a classic address with a right checksum. */
export function isAddress(text: string): boolean {
  return accountIdIn(text) !== null;
}

/** Read a classic address or an X-address; null for anything else, a wrong checksum included. */
export function readAddress(text: string): ReadAddress | null {
  if (isAddress(text)) return { address: text, tag: null, isTest: null };
  const payload = decodeChecked(text);
  if (typeof payload === "string" || payload.length !== 31) return null;
  const isTest = startsWith(payload, X_TEST);
  if (!isTest && !startsWith(payload, X_MAIN)) return null;

  const view = new DataView(payload.buffer, payload.byteOffset);
  const [flag, tag, high] = [view.getUint8(22), view.getUint32(23, true), view.getUint32(27, true)];
  if (flag > 1 || high !== 0 || (flag === 0 && tag !== 0)) return null;
  const address = encodeChecked(join(CLASSIC_PREFIX, payload.subarray(2, 22)));
  return { address, tag: flag === 1 ? tag : null, isTest };
}

/**
 * Return the X-address of a classic address and a tag (0 to 2³²-1, or null).
 *
 * @throws RangeError one of them is none.
 */
export function xAddressOf(address: string, tag: number | null, isTest: boolean): string {
  const accountId = accountIdIn(address);
  if (accountId === null) throw new RangeError("not a classic address");
  if (tag !== null && !(Number.isInteger(tag) && tag >= 0 && tag < 2 ** 32)) throw new RangeError("not a tag");
  const suffix = new Uint8Array(9);
  suffix[0] = tag === null ? 0 : 1;
  new DataView(suffix.buffer).setUint32(1, tag ?? 0, true);
  return encodeChecked(join(isTest ? X_TEST : X_MAIN, accountId, suffix));
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return prefix.every((byte, at) => bytes[at] === byte);
}
