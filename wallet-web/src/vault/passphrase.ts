// From a passphrase to a key. (RFC 9106; OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane)

import { ownScript } from "../trusted";
import type { Bytes } from "./cipher";
import { keyFrom, randomBytes } from "./cipher";
import { VaultRefused } from "./errors";
import type { PassphraseCost } from "./records";

/** In characters. */
export const SHORTEST_PASSPHRASE = 8;
const LONGEST_PASSPHRASE = 1024;
const KEY_LENGTH = 32;

export interface Question {
  passphrase: Bytes;
  salt: Bytes;
  options: { m: number; t: number; p: number; dkLen: number };
}

/** The cost of a lock made today. */
export function costOfNewLock(): PassphraseCost {
  return { name: "argon2id", memoryKib: 19_456, passes: 2, lanes: 1, salt: randomBytes(16) };
}

/** @throws VaultRefused `passphrase_too_short`, `passphrase_too_long`. */
export function checkNewPassphrase(text: string): void {
  const { length } = [...text];
  if (length < SHORTEST_PASSPHRASE) throw new VaultRefused("passphrase_too_short");
  if (length > LONGEST_PASSPHRASE) throw new VaultRefused("passphrase_too_long");
}

/** Return the key. Composed and decomposed letters are the same: keyboards differ (Unicode NFKC). */
export async function keyFromPassphrase(text: string, cost: PassphraseCost): Promise<CryptoKey> {
  const passphrase = new TextEncoder().encode(text.normalize("NFKC")) as Bytes;
  const options = { m: cost.memoryKib, t: cost.passes, p: cost.lanes, dkLen: KEY_LENGTH };
  const bytes = await derive({ passphrase, salt: cost.salt, options });
  try {
    return await keyFrom(bytes);
  } finally {
    bytes.fill(0);
    passphrase.fill(0);
  }
}

/** In a worker, whose memory goes with it; without workers (Node) here. */
async function derive(question: Question): Promise<Bytes> {
  if (typeof Worker === "undefined") {
    const { argon2id } = await import("@noble/hashes/argon2.js");
    return argon2id(question.passphrase, question.salt, question.options) as Bytes;
  }
  const { default: address } = await import("./argon2.worker?worker&url");
  const worker = new Worker(ownScript(address), { type: "module" });
  try {
    return await new Promise<Bytes>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Bytes>) => resolve(data);
      worker.onerror = () => reject(new Error("the worker for Argon2id does not start"));
      worker.postMessage(question);
    });
  } finally {
    worker.terminate();
  }
}
