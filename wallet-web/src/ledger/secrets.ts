// Secrets of every kind, new and read, and the keys they stand for.

import { isAddress } from "./addresses";
import { SecretRefused } from "./errors";
import { keysOf } from "./keys";
import { looksLikeNumbers, readNumbers } from "./numbers";
import { decodeSeed, encodeSeed, privateKeyOf, SEED_LENGTH } from "./seeds";
import type { Algorithm, KeyPair, Secret } from "./types";

export async function newSecret(kind: Secret["kind"], algorithm: Algorithm): Promise<Secret> {
  if (kind === "words") {
    if (algorithm !== "secp256k1") throw new SecretRefused("words_need_secp256k1");
    return { kind, algorithm, text: (await import("./words")).newWords() };
  }
  const entropy = crypto.getRandomValues(new Uint8Array(SEED_LENGTH));
  const text = encodeSeed(entropy, algorithm);
  entropy.fill(0);
  return { kind, algorithm, text };
}

export async function parseSecret(text: string, algorithm?: Algorithm): Promise<Secret> {
  const typed = text.trim();
  if (typed === "") throw new SecretRefused("empty");
  if (looksLikeNumbers(typed)) {
    const scheme = algorithm ?? "secp256k1";
    const entropy = readNumbers(typed);
    const seed = encodeSeed(entropy, scheme);
    entropy.fill(0);
    return { kind: "seed", algorithm: scheme, text: seed };
  }
  if (/\s/.test(typed) && !looksLikeBrokenSeed(typed)) {
    if (algorithm === "ed25519") throw new SecretRefused("words_need_secp256k1");
    return { kind: "words", algorithm: "secp256k1", text: (await import("./words")).readWords(typed) };
  }

  const seed = typed.replace(/\s/g, "");
  if (isAddress(seed)) throw new SecretRefused("looks_like_address");
  if (!seed.startsWith("s")) throw new SecretRefused("unknown_form");
  const read = decodeSeed(seed);
  read.entropy.fill(0);
  if (read.algorithm === "ed25519" && algorithm === "secp256k1") throw new SecretRefused("seed_is_ed25519");
  return { kind: "seed", algorithm: algorithm ?? read.algorithm, text: seed };
}

/** A seed written down in groups has digits or capitals in it, as no BIP39 word list does. */
function looksLikeBrokenSeed(typed: string): boolean {
  return /^s[1-9A-Za-z\s]+$/.test(typed) && /\d/.test(typed);
}

export async function deriveKeys(secret: Secret): Promise<KeyPair> {
  const privateKey = await privateKeyIn(secret);
  try {
    return keysOf(secret.algorithm, privateKey);
  } finally {
    privateKey.fill(0);
  }
}

async function privateKeyIn({ kind, algorithm, text }: Secret): Promise<Uint8Array<ArrayBuffer>> {
  if (kind === "words") {
    const words = await import("./words");
    return words.privateKeyOfWords(words.readWords(text));
  }
  const { entropy } = decodeSeed(text);
  try {
    return privateKeyOf(entropy, algorithm);
  } finally {
    entropy.fill(0);
  }
}
