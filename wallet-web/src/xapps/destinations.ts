// What is known of somebody whom an xApp wants to address. (wallet-api 8.5)

import type { DestinationInfo } from "../bridge";
import type { AccountState } from "../nodes";

/** Nobody has the keys of these: what is sent there is gone. (xrpl.org, "Special Addresses") */
const BLACK_HOLES: ReadonlySet<string> = new Set([
  "rrrrrrrrrrrrrrrrrrrrrhoLvTp",
  "rrrrrrrrrrrrrrrrrrrrBZbvji",
  "rrrrrrrrrrrrrrrrrNAMEtxvNvQ",
  "rrrrrrrrrrrrrrrrrrrn5RM1rHd",
]);

const REQUIRE_TAG = 0x00020000;
const DISALLOW_XRP = 0x00080000;
const DISABLE_MASTER = 0x00100000;

/**
 * Return what to tell of a destination.
 *
 * @param state What the ledger has of it: null where there is no such account, undefined where nobody was asked.
 */
export function infoOf(address: string, state: AccountState | null | undefined): DestinationInfo {
  const flags = state?.flags ?? 0;
  return {
    exist: state !== null,
    danger: "UNKNOWN",
    blackHole: BLACK_HOLES.has(address) || (state != null && isLocked(state)),
    disallowIncomingXRP: (flags & DISALLOW_XRP) !== 0,
    possibleExchange: false,
    requireDestinationTag: (flags & REQUIRE_TAG) !== 0,
  };
}

/** Whether nobody can sign for an account any more: no master key, no signers, and a regular key that nobody has. */
function isLocked({ flags, regularKey, signers }: AccountState): boolean {
  const isMasterOff = (flags & DISABLE_MASTER) !== 0;
  return isMasterOff && signers === null && regularKey !== null && BLACK_HOLES.has(regularKey);
}
