// What the vault hands out.

import type { Algorithm } from "../ledger";

/** How the vault is opened. */
export type Lock = { kind: "passphrase"; text: string } | { kind: "passkey" };

/** One of the locks on the vault; any of them opens it. */
export interface LockInfo {
  id: string;
  kind: Lock["kind"];
  /** RFC 3339, UTC. */
  createdAt: string;
}

/** An account of this wallet; known while the vault is locked, too. */
export interface VaultAccount {
  address: string;
  /** Hex of 33 bytes, upper case. */
  publicKey: string;
  algorithm: Algorithm;
  /** What its holder calls it; may be empty. */
  label: string;
  /** RFC 3339, UTC. */
  createdAt: string;
  /** Whether its secret was imported, or shown and then asked for. */
  backedUp: boolean;
}

/**
 * `empty`: nothing was ever kept here. `locked`: accounts are known, keys are not. `open`: signing works.
 * `damaged`: what is stored cannot be read; see `damage`. Nothing is deleted or written over until the holder says so.
 */
export type VaultState = "empty" | "locked" | "open" | "damaged";

/** Why what is stored cannot be read, as a code. */
export type Damage = "newer_version" | "unreadable_vault" | "accounts_without_vault";

export type VaultEvent =
  | { kind: "state"; state: VaultState; why: "unlocked" | "locked" | "idle" | "other_tab" | "created" | "erased" }
  | { kind: "accounts" }
  | { kind: "locks" };
