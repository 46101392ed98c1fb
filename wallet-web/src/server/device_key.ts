// The Ed25519 key that a device signs its calls with, and verifying with the server's.
//
// The private half is a WebCrypto key whose bytes no script can read. Where the browser's WebCrypto has no Ed25519, it is
// kept under an AES key of that kind: then no copy of the browser's files gives it away, and a script of this page could.

import { type Bytes, fromBase64url, sha256, toBase64url, utf8 } from "./bytes";
import type { ViewKey } from "./shapes";

const NAME = "Ed25519";

/** A key as the browser's database keeps it. */
export type StoredKey =
  | { kind: "webcrypto"; publicKey: Bytes; privateKey: CryptoKey }
  | { kind: "wrapped"; publicKey: Bytes; wrappedBy: CryptoKey; iv: Bytes; wrapped: Bytes };

export class DeviceKey {
  readonly stored: StoredKey;

  constructor(stored: StoredKey) {
    this.stored = stored;
  }

  /** Make a new key. */
  static async create(): Promise<DeviceKey> {
    try {
      const pair = (await crypto.subtle.generateKey(NAME, false, ["sign", "verify"])) as CryptoKeyPair;
      const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
      return new DeviceKey({ kind: "webcrypto", publicKey, privateKey: pair.privateKey });
    } catch (problem) {
      if (!isUnsupported(problem)) throw problem;
      return DeviceKey.#wrapped();
    }
  }

  static async #wrapped(): Promise<DeviceKey> {
    const { ed25519 } = await import("@noble/curves/ed25519.js");
    const seed = crypto.getRandomValues(new Uint8Array(32));
    const wrappedBy = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const wrapped = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, wrappedBy, seed));
    const publicKey = new Uint8Array(ed25519.getPublicKey(seed));
    seed.fill(0);
    return new DeviceKey({ kind: "wrapped", publicKey, wrappedBy, iv, wrapped });
  }

  /** 32 bytes as base64url. */
  get publicKey(): string {
    return toBase64url(this.stored.publicKey);
  }

  /** RFC 7638 thumbprint of the public half as a JWK (RFC 8037, appendix A.3). */
  async thumbprint(): Promise<string> {
    return toBase64url(await sha256(utf8(`{"crv":"Ed25519","kty":"OKP","x":"${this.publicKey}"}`)));
  }

  /** The 64 bytes of a signature. */
  async sign(message: Bytes): Promise<Uint8Array> {
    const key = this.stored;
    if (key.kind === "webcrypto") return new Uint8Array(await crypto.subtle.sign(NAME, key.privateKey, message));
    const { ed25519 } = await import("@noble/curves/ed25519.js");
    const seed = new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: key.iv }, key.wrappedBy, key.wrapped));
    try {
      return ed25519.sign(message, seed);
    } finally {
      seed.fill(0);
    }
  }
}

/** Whether a signature is the key's; false for anything malformed. */
async function verifies(publicKey: Bytes, signature: Bytes, message: Bytes): Promise<boolean> {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  try {
    const key = await crypto.subtle.importKey("raw", publicKey, NAME, false, ["verify"]);
    return await crypto.subtle.verify(NAME, key, signature, message);
  } catch (problem) {
    if (!isUnsupported(problem)) return false;
  }
  const { ed25519 } = await import("@noble/curves/ed25519.js");
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}

/** Browsers without the algorithm say NotSupportedError; some older ones SyntaxError or TypeError. */
const isUnsupported = (problem: unknown): boolean =>
  problem instanceof Error && ["NotSupportedError", "SyntaxError", "TypeError"].includes(problem.name);

/** Whether the signature of a view (base64url) over its RFC 8785 form is the key's; false for anything malformed. */
export async function verifyView(key: ViewKey, signature: string, canonical: string): Promise<boolean> {
  try {
    return await verifies(fromBase64url(key.x), fromBase64url(signature), utf8(canonical));
  } catch {
    return false;
  }
}
