// Refusals of this room. Each has a code; the words for it are the shell's.

export type SecretReason =
  | "empty"
  | "looks_like_address"
  | "unknown_form"
  | "wrong_checksum"
  | "unknown_word"
  | "word_count"
  | "number_checksum"
  | "words_need_secp256k1"
  | "seed_is_ed25519";

/**
 * A text that is no secret of an account. Never holds the text.
 *
 * `at` is the 1-based place of the word or row of digits that is wrong, where one can be told.
 */
export class SecretRefused extends Error {
  override readonly name = "SecretRefused";

  constructor(
    readonly reason: SecretReason,
    readonly at: number | null = null,
  ) {
    super(at === null ? reason : `${reason} at ${at}`);
  }
}

export type SigningReason =
  | "no_transaction_type"
  | "has_transaction_type"
  | "no_account"
  | "not_encodable"
  | "field_not_signed"
  | "bad_claim"
  | "claim_needs_one_signer"
  | "bad_signer"
  | "self_check";

/** Something that cannot be signed. `detail` says in English which field or why, for a report of the problem. */
export class SigningRefused extends Error {
  override readonly name = "SigningRefused";

  constructor(
    readonly reason: SigningReason,
    readonly detail = "",
  ) {
    super(detail === "" ? reason : `${reason}: ${detail}`);
  }
}

export type BlobReason = "not_hex" | "too_long" | "undecodable" | "not_canonical" | "no_signature" | "bad_key" | "bad_signature";

/** A signed blob that proves nothing. */
export class BlobRefused extends Error {
  override readonly name = "BlobRefused";

  constructor(
    readonly reason: BlobReason,
    readonly detail = "",
  ) {
    super(detail === "" ? reason : `${reason}: ${detail}`);
  }
}
