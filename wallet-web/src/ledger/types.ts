// What the other rooms hand in and get back.

/** The two signature schemes of the ledger. */
export type Algorithm = "ed25519" | "secp256k1";

/**
 * What an account's keys are made from, as its holder writes it down.
 *
 * A `seed` is a Base58 family seed: `sEd…` (Ed25519) or `s…` (secp256k1, or Ed25519 where its holder says so).
 * `words` are 12 or 24 BIP39 words in English, lower case, one space between them; their keys are those of
 * m/44'/144'/0'/0/0 without a BIP39 passphrase, always secp256k1.
 */
export interface Secret {
  kind: "seed" | "words";
  algorithm: Algorithm;
  text: string;
}

/** A transaction, claim or sign-in in the ledger's JSON. */
export type LedgerJson = Record<string, unknown>;

/**
 * Fields and types of a network in the form of the `server_definitions` answer; only a network whose transactions the
 * packaged definitions of the XRP Ledger do not know (Xahau) needs one.
 */
export type Definitions = Record<string, unknown>;

/**
 * What is signed, and so which rules hold (wallet-api 6, 1.7):
 *
 * - `transaction`: has a `TransactionType` and can be submitted.
 * - `sign_in`: has none, and only fields that every transaction has; anything else in the request is left out.
 * - `claim`: `Channel` and `Amount` in drops; the answer is the bare signature.
 * - `proof`: that the account's key is at hand, for the platform; `Account`, `InvoiceID` and maybe `AccountTxnID`.
 */
export type Signable = "transaction" | "sign_in" | "claim" | "proof";

export interface SignOptions {
  /** `transaction` where left out. */
  as?: Signable;
  /** Sign as one of several: the classic address of the signer, whose signature lands in `Signers`. */
  multisignAs?: string;
  definitions?: Definitions;
}

/** A signature ready to be handed in; hex is in upper case. */
export interface Signed {
  /** The signed object, or of a claim the signature alone. */
  signedBlob: string;
  /** Transaction hash; null for a claim. */
  txid: string | null;
  /** The signer's public key, 33 bytes. */
  signPubKey: string;
  /** Address of the signer of a multi-signature, else empty. */
  multisigned: string;
  /** What was signed, with its signature; of a claim without. */
  signedJson: LedgerJson;
}

/** Keys in memory. Whoever asked for them calls `wipe` when done. */
export interface KeyPair {
  readonly algorithm: Algorithm;
  /** Hex of 33 bytes, upper case; Ed25519 begins with `ED`. */
  readonly publicKey: string;
  /** Classic address. */
  readonly address: string;
  /**
   * Ed25519 over the message, or ECDSA over the first half of its SHA-512 (RFC 6979, low S, DER).
   *
   * @throws Error after `wipe`.
   */
  sign(message: Uint8Array): Uint8Array;
  /** A copy of the 32 bytes of the private key; the caller zeroes it. */
  privateKey(): Uint8Array<ArrayBuffer>;
  /** Overwrite the private key with zeros. */
  wipe(): void;
}

/** What a text says about an account: classic address, tag, and for an X-address which kind of network it is for. */
export interface ReadAddress {
  address: string;
  /** Destination tag of an X-address, 0 to 2³²-1, or null. */
  tag: number | null;
  /** null for a classic address, which says nothing of a network. */
  isTest: boolean | null;
}
