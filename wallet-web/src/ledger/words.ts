// Backup words: BIP39 in English, keys at m/44'/144'/0'/0/0 (BIP32, BIP44; 144 is the ledger's coin in SLIP-44).

import { HDKey } from "@scure/bip32";
import { generateMnemonic, mnemonicToSeed, validateMnemonic } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { SecretRefused } from "./errors";

const PATH = "m/44'/144'/0'/0/0";
const NEW_WORDS_BITS = 128;
const COUNTS: ReadonlySet<number> = new Set([12, 15, 18, 21, 24]);

/** Return twelve new words. */
export function newWords(): string {
  return generateMnemonic(wordlist, NEW_WORDS_BITS);
}

/**
 * Return the words in lower case with one space between them.
 *
 * @throws SecretRefused `unknown_word` with its place, `word_count`, `wrong_checksum`.
 */
export function readWords(text: string): string {
  const words = text.normalize("NFKD").toLowerCase().split(/[\s,]+/).filter(Boolean);
  const unknown = words.findIndex((word) => !wordlist.includes(word));
  if (unknown >= 0) throw new SecretRefused("unknown_word", unknown + 1);
  if (!COUNTS.has(words.length)) throw new SecretRefused("word_count");
  const read = words.join(" ");
  if (!validateMnemonic(read, wordlist)) throw new SecretRefused("wrong_checksum");
  return read;
}

/** Return the 32-byte private key of the words. The caller zeroes it. */
export async function privateKeyOfWords(words: string): Promise<Uint8Array<ArrayBuffer>> {
  const seed = await mnemonicToSeed(words);
  const root = HDKey.fromMasterSeed(seed);
  const account = root.derive(PATH);
  const privateKey = Uint8Array.from(account.privateKey ?? []);
  for (const used of [root, account]) used.wipePrivateData();
  seed.fill(0);
  return privateKey;
}
