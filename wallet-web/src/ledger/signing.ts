// From an object with everything in it to a signature. (wallet-api 6, 1.7)

import { accountIdIn, isAddress } from "./addresses";
import { checkBlob } from "./blobs";
import { fromHex, join, toHex } from "./bytes";
import type { Codec } from "./codec";
import { loadCodec } from "./codec";
import { BlobRefused, SigningRefused } from "./errors";
import { isSignedBy } from "./keys";
import { signInTemplate } from "./signin";
import type { KeyPair, LedgerJson, Signable, Signed, SignOptions } from "./types";

const CLAIM_PREFIX = Uint8Array.of(0x43, 0x4c, 0x4d, 0x00);
const MAX_DROPS = 10n ** 17n;
const PROOF_FIELDS: ReadonlySet<string> = new Set(["Account", "InvoiceID", "AccountTxnID"]);

export function signTransaction(tx: LedgerJson, keys: KeyPair, options: SignOptions): Signed {
  const { as = "transaction", multisignAs } = options;
  if (as === "claim") return signClaim(tx, keys, multisignAs);
  const codec = loadCodec(options.definitions);
  const unsigned = unsignedForm(tx, as);
  return multisignAs === undefined ? signAlone(unsigned, keys, codec) : multisign(unsigned, keys, multisignAs, codec, tx.Signers);
}

/** Leave out the signatures a request brings, and what a sign-in has no room for. */
function unsignedForm(tx: LedgerJson, as: Signable): LedgerJson {
  const { TxnSignature: _, Signers: __, SigningPubKey: ___, ...unsigned } = as === "sign_in" ? signInTemplate(tx) : tx;
  const isTyped = tx.TransactionType !== undefined;
  if (as === "transaction" && !isTyped) throw new SigningRefused("no_transaction_type");
  // A signature over an untyped object has the prefix of a transaction's: with a type it would be one.
  if (as !== "transaction" && isTyped) throw new SigningRefused("has_transaction_type");
  const stranger = as === "proof" ? Object.keys(unsigned).find((name) => !PROOF_FIELDS.has(name)) : undefined;
  if (stranger !== undefined) throw new SigningRefused("field_not_signed", stranger);
  if (typeof unsigned.Account !== "string") throw new SigningRefused("no_account");
  return unsigned;
}

function signAlone(unsigned: LedgerJson, keys: KeyPair, codec: Codec): Signed {
  const json = { ...unsigned, SigningPubKey: keys.publicKey };
  const message = encoded(() => codec.encodeForSigning(json));
  return finish({ ...json, TxnSignature: toHex(keys.sign(message)) }, keys, "", codec);
}

/** @param others Entries of those who have signed: they stay, in the order of the ledger. (wallet-api 5) */
function multisign(unsigned: LedgerJson, keys: KeyPair, signer: string, codec: Codec, others: unknown): Signed {
  if (!isAddress(signer) || signer === unsigned.Account) throw new SigningRefused("bad_signer");
  const json = { ...unsigned, SigningPubKey: "" };
  const message = encoded(() => codec.encodeForMultisigning(json, signer));
  const entry = { Account: signer, SigningPubKey: keys.publicKey, TxnSignature: toHex(keys.sign(message)) };
  const kept = (Array.isArray(others) ? others : []).filter((one) => idOf(one) !== idOf({ Signer: entry }));
  const Signers = [...kept, { Signer: entry }].toSorted((one, other) => (idOf(one) < idOf(other) ? -1 : 1));
  return finish({ ...json, Signers }, keys, signer, codec);
}

/** The account of an entry of `Signers` as hex, which sorts as its bytes do. @throws SigningRefused */
function idOf(entry: unknown): string {
  const signer = isObject(entry) && isObject(entry.Signer) ? entry.Signer.Account : undefined;
  const id = typeof signer === "string" ? accountIdIn(signer) : null;
  if (id === null) throw new SigningRefused("not_encodable", "Signers");
  return toHex(id);
}

/** Encode, and look at the result as a receiver would: a signature that is wrong or covers less must not leave. */
function finish(signedJson: LedgerJson, keys: KeyPair, multisigned: string, codec: Codec): Signed {
  const signedBlob = toHex(encoded(() => codec.encode(signedJson)));
  const unsaid = missing(signedJson, codec.decode(signedBlob));
  if (unsaid !== null) throw new SigningRefused("field_not_signed", unsaid);
  try {
    const checked = checkBlob(signedBlob);
    if (!checked.signatures.some((one) => one.publicKey === keys.publicKey)) throw new SigningRefused("self_check", "another key");
    return { signedBlob, txid: checked.txid, signPubKey: keys.publicKey, multisigned, signedJson };
  } catch (problem) {
    if (problem instanceof BlobRefused) throw new SigningRefused("self_check", problem.message);
    throw problem;
  }
}

/**
 * The first name that was asked for and is not in the bytes: the codec leaves out names that are no part of them.
 * The steps of a path come from a node with members that repeat what others say.
 */
function missing(asked: unknown, written: unknown): string | null {
  if (Array.isArray(asked)) {
    if (!Array.isArray(written)) return null;
    return asked.map((item, at) => missing(item, written[at])).find((name) => name !== null) ?? null;
  }
  if (!isObject(asked) || !isObject(written)) return null;
  for (const [name, value] of Object.entries(asked)) {
    if (value === undefined) continue;
    if (name === "Paths" && Array.isArray(written[name])) continue;
    if (!(name in written)) return name;
    const deeper = missing(value, written[name]);
    if (deeper !== null) return deeper;
  }
  return null;
}

function isObject(value: unknown): value is LedgerJson {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `Channel` (64 hex digits) and `Amount` in drops, as 4 + 32 + 8 bytes. (wallet-api 6.3) */
function signClaim({ Channel: channel, Amount: amount }: LedgerJson, keys: KeyPair, multisignAs?: string): Signed {
  if (multisignAs !== undefined) throw new SigningRefused("claim_needs_one_signer");
  const channelId = typeof channel === "string" && channel.length === 64 ? fromHex(channel) : null;
  if (channelId === null) throw new SigningRefused("bad_claim", "Channel");
  if (typeof amount !== "string" || !/^\d{1,18}$/.test(amount) || BigInt(amount) > MAX_DROPS)
    throw new SigningRefused("bad_claim", "Amount");
  const drops = new Uint8Array(8);
  new DataView(drops.buffer).setBigUint64(0, BigInt(amount));

  const message = join(CLAIM_PREFIX, channelId, drops);
  const signature = keys.sign(message);
  if (!isSignedBy(fromHex(keys.publicKey) ?? new Uint8Array(), message, signature)) throw new SigningRefused("self_check");
  const signedJson = { Channel: channel, Amount: amount };
  return { signedBlob: toHex(signature), txid: null, signPubKey: keys.publicKey, multisigned: "", signedJson };
}

function encoded(write: () => string): Uint8Array {
  try {
    return fromHex(write()) ?? new Uint8Array();
  } catch (problem) {
    throw new SigningRefused("not_encodable", problem instanceof Error ? problem.message : String(problem));
  }
}
