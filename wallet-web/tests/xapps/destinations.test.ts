import { expect, it } from "vitest";
import type { AccountState } from "../../src/nodes";
import { infoOf } from "../../src/xapps/destinations";

const BOB = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe";
const NOBODY = "rrrrrrrrrrrrrrrrrrrrBZbvji";
const state = (flags: number, more: Partial<AccountState> = {}): AccountState => ({
  balance: "0", sequence: 1, ownerCount: 0, flags, regularKey: null, signers: null, ...more,
});

it("tells what the ledger has of an account", () => {
  expect(infoOf(BOB, state(0x00020000))).toMatchObject({ exist: true, requireDestinationTag: true, disallowIncomingXRP: false });
  expect(infoOf(BOB, state(0x00080000))).toMatchObject({ requireDestinationTag: false, disallowIncomingXRP: true });
});

it("tells an account that is not there from one that nobody was asked about", () => {
  expect(infoOf(BOB, null).exist).toBe(false);
  expect(infoOf(BOB, undefined)).toMatchObject({ exist: true, danger: "UNKNOWN" });
});

it("knows the addresses without keys", () => {
  expect(infoOf("rrrrrrrrrrrrrrrrrrrrrhoLvTp", undefined).blackHole).toBe(true);
  expect(infoOf(BOB, undefined).blackHole).toBe(false);
});

it("knows an account for which nobody can sign any more", () => {
  const off = 0x00100000;
  expect(infoOf(BOB, state(off, { regularKey: NOBODY })).blackHole).toBe(true);
  expect(infoOf(BOB, state(off, { regularKey: NOBODY, signers: [BOB] })).blackHole).toBe(false);
  expect(infoOf(BOB, state(off, { regularKey: BOB })).blackHole).toBe(false);
  expect(infoOf(BOB, state(0, { regularKey: NOBODY })).blackHole).toBe(false);
});
