// What is kept of a sign-in request: the fields that every transaction has. (wallet-api 6.2)

import type { LedgerJson } from "./types";

const COMMON_FIELDS: ReadonlySet<string> = new Set([
  "Account",
  "AccountTxnID",
  "Fee",
  "FirstLedgerSequence",
  "Flags",
  "HookParameters",
  "LastLedgerSequence",
  "Memos",
  "NetworkID",
  "OperationLimit",
  "PreviousTxnID",
  "Sequence",
  "Signers",
  "SigningPubKey",
  "SourceTag",
  "TicketSequence",
  "TxnSignature",
]);

/** Return the fields of a sign-in request that are signed; the marker `SignIn` and all that only some types have go. */
export function signInTemplate(request: LedgerJson): LedgerJson {
  return Object.fromEntries(Object.entries(request).filter(([name]) => COMMON_FIELDS.has(name)));
}
