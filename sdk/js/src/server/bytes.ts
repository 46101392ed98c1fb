// Texts, bytes and WebCrypto.

import { SealgateError } from "../errors.js";
import { host } from "../host.js";

type Subtle = NonNullable<NonNullable<typeof host.crypto>["subtle"]>;

export function subtle(): Subtle {
  const found = host.crypto?.subtle;
  if (found) return found;
  throw new SealgateError("no_crypto", "There is no WebCrypto here.", { hint: "Use Node 20 or newer, or a worker." });
}

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new host.TextEncoder().encode(text);
}

export function textOf(bytes: Uint8Array): string {
  return new host.TextDecoder().decode(bytes);
}

/** Read base64 or base64url. @throws Error where it is neither. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = host.atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

/** Read hexadecimal digits; what is not hexadecimal gives bytes that fit nothing. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Tell whether a secret made a signature; WebCrypto compares in constant time. */
export async function isHmac(
  hash: "SHA-1" | "SHA-256",
  secret: Uint8Array,
  signature: Uint8Array,
  message: Uint8Array,
): Promise<boolean> {
  if (secret.length === 0) return false;
  const key = await subtle().importKey("raw", secret, { name: "HMAC", hash }, false, ["verify"]);
  return subtle().verify("HMAC", key, signature, message);
}
