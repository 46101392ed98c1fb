// Is this blob what it claims to be? (wallet-api 6.5)

import { encodeChecked } from "./addresses";
import { fromHex, join, toHex } from "./bytes";
import { BlobRefused } from "./errors";
import { accountIdOf, transactionHash } from "./hashes";
import { isSignedBy } from "./keys";
import type { Item, Span } from "./walker";
import * as walker from "./walker";

const SINGLE = Uint8Array.of(0x53, 0x54, 0x58, 0x00);
const MULTI = Uint8Array.of(0x53, 0x4d, 0x54, 0x00);
const MAX_SIGNERS = 32;

/** One valid signature. `keyAddress` differs from `account` where the key is not the account's own. */
export interface CheckedSignature {
  account: string;
  publicKey: string;
  keyAddress: string;
}

/** A canonical blob whose every signature is valid; whose keys they are only a ledger knows. */
export interface CheckedBlob {
  account: string;
  txid: string;
  isMultisigned: boolean;
  /** Without one it is a sign-in or a proof, and no ledger takes it. */
  hasTransactionType: boolean;
  signatures: CheckedSignature[];
}

export function checkBlob(hex: string): CheckedBlob {
  if (hex.length > 2 * walker.MAX_BLOB_BYTES) throw new BlobRefused("too_long");
  const blob = fromHex(hex);
  if (blob === null) throw new BlobRefused("not_hex");
  const spans = walker.walk(blob);
  const fields = new Map(spans.map((span) => [span.ordinal, span]));
  const accountId = valueOf(blob, fields.get(walker.ACCOUNT));
  const publicKey = valueOf(blob, fields.get(walker.SIGNING_PUB_KEY));
  if (accountId.length !== 20) throw new BlobRefused("no_signature", "no Account");

  const covered = signingFields(blob, spans);
  const signers = fields.get(walker.SIGNERS);
  const isMultisigned = publicKey.length === 0 && signers !== undefined;
  if (publicKey.length > 0 && signers !== undefined) throw new BlobRefused("no_signature", "signed alone and by several");
  const signatures = isMultisigned
    ? checkSigners(blob, signers.items ?? [], covered)
    : [checkOne(join(SINGLE, covered), accountId, publicKey, valueOf(blob, fields.get(walker.TXN_SIGNATURE)))];
  return {
    account: addressOfId(accountId),
    txid: transactionHash(hex),
    isMultisigned,
    hasTransactionType: fields.has(walker.TRANSACTION_TYPE),
    signatures,
  };
}

function checkSigners(blob: Uint8Array, entries: Item[], covered: Uint8Array): CheckedSignature[] {
  if (entries.length === 0 || entries.length > MAX_SIGNERS) throw new BlobRefused("no_signature", "no or too many signers");
  let last = "";
  return entries.map(({ ordinal, spans }) => {
    if (ordinal !== walker.SIGNER) throw new BlobRefused("not_canonical", "an entry of Signers is no Signer");
    const fields = new Map(spans.map((span) => [span.ordinal, span]));
    const accountId = valueOf(blob, fields.get(walker.ACCOUNT));
    const hex = toHex(accountId);
    if (accountId.length !== 20 || hex <= last) throw new BlobRefused("not_canonical", "signers are not sorted");
    last = hex;
    const message = join(MULTI, covered, accountId);
    const publicKey = valueOf(blob, fields.get(walker.SIGNING_PUB_KEY));
    return checkOne(message, accountId, publicKey, valueOf(blob, fields.get(walker.TXN_SIGNATURE)));
  });
}

function checkOne(message: Uint8Array, accountId: Uint8Array, key: Uint8Array, signature: Uint8Array): CheckedSignature {
  if (key.length !== 33 || ![0x02, 0x03, 0xed].includes(key[0] ?? 0)) throw new BlobRefused("bad_key");
  if (signature.length === 0) throw new BlobRefused("no_signature");
  if (!isSignedBy(key, message, signature)) throw new BlobRefused("bad_signature");
  return { account: addressOfId(accountId), publicKey: toHex(key), keyAddress: addressOfId(accountIdOf(key)) };
}

/** Everything a signature covers, still in order. */
function signingFields(blob: Uint8Array, spans: Span[]): Uint8Array {
  return join(...spans.filter(({ ordinal }) => !walker.NON_SIGNING.has(ordinal)).map(({ start, end }) => blob.subarray(start, end)));
}

function valueOf(blob: Uint8Array, span: Span | undefined): Uint8Array {
  return span === undefined ? new Uint8Array() : blob.subarray(span.value, span.end);
}

function addressOfId(accountId: Uint8Array): string {
  return encodeChecked(join(Uint8Array.of(0), accountId));
}
