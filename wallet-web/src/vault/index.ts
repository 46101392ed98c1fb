// Where keys are kept, locked and used.
//
// Owns the encrypted records in the browser's database and the key that opens them. Offers accounts, signing and
// showing a secret again, in step between the tabs of the wallet. Never keeps a secret in the clear, never sends
// anything, and never deletes what it cannot read.
//
// At rest: each account's private key and secret under AES-256-GCM with a random vault key; the vault key under a key
// from a passphrase (Argon2id, in a worker) or from a passkey (WebAuthn PRF, HKDF-SHA-256), once for each lock.
// While open, the vault key is a WebCrypto key whose bytes no script can read; a private key is in memory for the time of
// one signature and is overwritten with zeros after it.

export { LONGEST_LABEL } from "./accounts";
export { BackupCheck } from "./backup";
export * from "./errors";
export { SHORTEST_PASSPHRASE } from "./passphrase";
export type * from "./types";
export { Vault } from "./vault";
