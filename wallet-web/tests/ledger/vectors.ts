// The golden vectors, and the library that judges what we sign. (wallet-api 12.5)

import signin from "../../../tests/vectors/signin.json";
import type { Algorithm, LedgerJson, Secret, SignOptions } from "../../src/ledger";

export interface Vector {
  name: string;
  kind: string;
  key: Algorithm;
  payload_request_json?: LedgerJson;
  tx_json_for_signing?: LedgerJson;
  sign_as?: string;
  signature_hex: string;
  signed_blob_hex?: string;
  tx_hash?: string;
  signed_blob_sent_by_wallet?: string;
}

export const { keys, public_sample: publicSample, negative } = signin;
export const vectors = signin.vectors as unknown as Vector[];

export function secretOf(algorithm: Algorithm): Secret {
  return { kind: "seed", algorithm, text: keys[algorithm].seed };
}

/** What a wallet hands to the signing function for a vector: the request, with the account it chose. */
export function taskOf(vector: Vector): { tx: LedgerJson; options: SignOptions } {
  const { payload_request_json: request = {}, tx_json_for_signing: ready = {} } = vector;
  if (vector.kind === "PaymentChannelAuthorize") return { tx: request, options: { as: "claim" } };
  if (vector.kind === "account ownership proof") return { tx: ready, options: { as: "proof" } };
  const tx = { ...request, Account: request.Account ?? keys[vector.key].account };
  return { tx, options: vector.sign_as === undefined ? { as: "sign_in" } : { as: "sign_in", multisignAs: vector.sign_as } };
}

interface Wallet {
  seed?: string;
  publicKey: string;
  privateKey: string;
  classicAddress: string;
  sign(tx: LedgerJson, multisign?: boolean): { tx_blob: string; hash: string };
}

/** The parts of xrpl.js that tests compare with. */
export interface Xrpl {
  Wallet: {
    fromSeed(seed: string, options?: { algorithm: string }): Wallet;
    fromMnemonic(words: string, options: { derivationPath: string; mnemonicEncoding: string }): Wallet;
  };
  verifySignature(blob: string): boolean;
  hashes: { hashSignedTx(blob: string): string };
  classicAddressToXAddress(address: string, tag: number | false, test: boolean): string;
}

export async function loadXrpl(): Promise<Xrpl> {
  const path = new URL("../../../tests/compat/js/node_modules/xrpl/dist/npm/index.js", import.meta.url).href;
  const loaded = (await import(/* @vite-ignore */ path)) as Xrpl & { default?: Xrpl };
  return loaded.default ?? loaded;
}
