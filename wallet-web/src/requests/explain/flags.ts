// The bits of `Flags` that change what a signature means. (xrpl.org, the page of each type)

import type { Members } from "../../server";
import type { FlagName } from "../messages";
import type { Fact } from "./fields";

const FLAGS: Readonly<Record<string, readonly (readonly [number, FlagName])[]>> = {
  Payment: [[0x10000, "no_direct"], [0x20000, "partial"], [0x40000, "limit_quality"]],
  OfferCreate: [[0x10000, "passive"], [0x20000, "immediate"], [0x40000, "fill_or_kill"], [0x80000, "sell"], [0x100000, "hybrid"]],
  TrustSet: [
    [0x10000, "authorize"], [0x20000, "no_ripple"], [0x40000, "ripple"], [0x100000, "freeze"], [0x200000, "unfreeze"],
    [0x400000, "deep_freeze"], [0x800000, "deep_unfreeze"],
  ],
  NFTokenMint: [[1, "burnable"], [2, "only_native"], [4, "trust_line"], [8, "transferable"], [16, "mutable"]],
  NFTokenCreateOffer: [[1, "sell_token"]],
  URITokenMint: [[1, "burnable"]],
  PaymentChannelClaim: [[0x10000, "renew"], [0x20000, "close"]],
  AccountSet: [
    [0x10000, "require_tag"], [0x20000, "optional_tag"], [0x40000, "require_auth"], [0x80000, "optional_auth"],
    [0x100000, "refuse_native"], [0x200000, "take_native"],
  ],
  AMMWithdraw: [[0x20000, "withdraw_all"], [0x40000, "withdraw_all"]],
};
/** Every transaction may have the one; how a pool is paid into is told by its amounts. */
const SAYS_NOTHING = 0x80000000;
const MODES: Readonly<Record<string, number>> = { AMMDeposit: 0xf90000, AMMWithdraw: 0x390000 };

/** Bits that are set, as a number without sign. */
export const flagsOf = (transaction: Members): number => (typeof transaction["Flags"] === "number" ? transaction["Flags"] >>> 0 : 0);

/** What the bits say; those nobody knows by their number. */
export function flagFacts(transaction: Members): Fact[] {
  const type = String(transaction["TransactionType"]);
  const known = FLAGS[type] ?? [];
  const flags = flagsOf(transaction);
  const named = known.filter(([bit]) => (flags & bit) !== 0);
  const told = known.reduce((sum, [bit]) => sum | bit, SAYS_NOTHING | (MODES[type] ?? 0));
  const rest = (flags & ~told) >>> 0;
  const facts: Fact[] = [];
  if (named.length > 0) {
    const items = named.map(([, name]) => ({ kind: "message", message: { key: `request.flag.${name}` } }) as const);
    facts.push({ label: "request.fact.conditions", shown: { kind: "list", items } });
  }
  if (rest !== 0) facts.push({ label: "request.fact.other_flags", shown: { kind: "text", text: `0x${rest.toString(16).padStart(8, "0")}` } });
  return facts;
}
