// AES-256-GCM with everything around a ciphertext bound to it.

import type { Sealed } from "./records";
import { hexOf } from "./records";

export type Bytes = Uint8Array<ArrayBuffer>;

const AES = "AES-GCM";
const NONCE_LENGTH = 12;

export function randomBytes(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** Return the bytes as a key whose bytes no script can read; the caller zeroes what it gave. */
export function keyFrom(bytes: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", bytes, AES, false, ["encrypt", "decrypt"]);
}

/** Return a key from what an authenticator computed. (RFC 5869) */
export async function keyFromPasskey(secret: Bytes, salt: Bytes): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const info = new TextEncoder().encode("sealgate vault passkey 1");
  const hkdf = { name: "HKDF", hash: "SHA-256", salt, info };
  return crypto.subtle.deriveKey(hkdf, material, { name: AES, length: 256 }, false, ["encrypt", "decrypt"]);
}

/** @param boundTo What must be the same when it is opened. */
export async function seal(key: CryptoKey, content: Bytes, boundTo: readonly unknown[]): Promise<Sealed> {
  const nonce = randomBytes(NONCE_LENGTH);
  const data = await crypto.subtle.encrypt({ name: AES, iv: nonce, additionalData: encode(boundTo) }, key, content);
  return { nonce, data: new Uint8Array(data) };
}

/** Return the content, which the caller zeroes; null for another key, other surroundings or changed bytes. */
export async function unseal(key: CryptoKey, { nonce, data }: Sealed, boundTo: readonly unknown[]): Promise<Bytes | null> {
  try {
    const content = await crypto.subtle.decrypt({ name: AES, iv: nonce, additionalData: encode(boundTo) }, key, data);
    return new Uint8Array(content);
  } catch {
    return null;
  }
}

/** Return SHA-256, hex. */
export async function sumOf(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return hexOf(digest);
}

function encode(boundTo: readonly unknown[]): Bytes {
  return new TextEncoder().encode(JSON.stringify(boundTo)) as Bytes;
}
