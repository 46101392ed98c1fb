// Refusals of the vault. Each has a code; the words for it are the shell's.

export type VaultReason =
  | "locked"
  | "changed_elsewhere"
  | "exists"
  | "damaged"
  | "wrong_passphrase"
  | "wait"
  | "passphrase_too_short"
  | "passphrase_too_long"
  | "no_such_lock"
  | "last_lock"
  | "passkey_unsupported"
  | "passkey_no_prf"
  | "passkey_cancelled"
  | "passkey_unknown"
  | "passkey_exists"
  | "lock_damaged"
  | "second_passphrase"
  | "account_exists"
  | "account_unknown"
  | "account_damaged"
  | "label_too_long"
  | "storage_unavailable"
  | "storage_full";

/** The vault does not do what was asked. */
export class VaultRefused extends Error {
  override readonly name = "VaultRefused";

  /** @param waitUntil For `wait` and `wrong_passphrase`: ms since 1970 before which no passphrase is tried; else null. */
  constructor(
    readonly reason: VaultReason,
    readonly waitUntil: number | null = null,
  ) {
    super(reason);
  }
}
