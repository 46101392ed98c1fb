// Some hundreds of random secrets and transactions, ours beside xrpl.js.

import { beforeAll, describe, expect, it } from "vitest";
import type { Algorithm, LedgerJson } from "../../src/ledger";
import { addressOf, checkBlob, deriveKeys, newSecret, signTransaction, xAddressOf } from "../../src/ledger";
import type { Xrpl } from "./vectors";
import { loadXrpl } from "./vectors";

const ROUNDS = 150;
let xrpl: Xrpl;
beforeAll(async () => {
  xrpl = await loadXrpl();
}, 60_000);

const below = (limit: number): number => Math.floor(Math.random() * limit);
const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
const hex = (bytes: number): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, "0")).join("").toUpperCase();
const someone = (): string => addressOf(`ED${hex(32)}`);
const drops = (): string => String(1 + below(2 ** 50));
const issued = (): LedgerJson => ({ currency: pick(["USD", "EUR", `01${hex(19)}`]), issuer: someone(), value: `${1 + below(1e9)}.${1 + below(9)}` });
const amount = (): unknown => pick([drops, issued])();
const memos = (): LedgerJson => (below(2) ? { Memos: [{ Memo: { MemoData: hex(1 + below(300)), MemoType: hex(4) } }] } : {});

function randomTransaction(account: string): LedgerJson {
  const shared = { Account: account, Fee: String(10 + below(1000)), Sequence: 1 + below(1e8), Flags: 0, ...memos() };
  return pick<() => LedgerJson>([
    () => ({ ...shared, TransactionType: "Payment", Destination: someone(), Amount: amount(), DestinationTag: below(2 ** 32) }),
    () => ({ ...shared, TransactionType: "TrustSet", LimitAmount: issued() }),
    () => ({ ...shared, TransactionType: "OfferCreate", TakerGets: drops(), TakerPays: issued(), Expiration: below(1e9) }),
    () => ({ ...shared, TransactionType: "AccountSet", Domain: hex(20), TransferRate: 1_000_000_000 + below(1e8) }),
    () => ({ ...shared, TransactionType: "EscrowCreate", Destination: someone(), Amount: drops(), FinishAfter: 1 + below(1e9) }),
    () => ({ ...shared, TransactionType: "NFTokenMint", NFTokenTaxon: below(1000), URI: hex(30) }),
    () => ({
      ...shared,
      TransactionType: "SignerListSet",
      SignerQuorum: 1,
      SignerEntries: [{ SignerEntry: { Account: someone(), SignerWeight: 1 } }],
    }),
  ])();
}

describe.each(["ed25519", "secp256k1"] as const)("random %s seeds", (algorithm: Algorithm) => {
  it("have the keys, and make the signatures, that xrpl.js has and makes", { timeout: 120_000 }, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const secret = await newSecret("seed", algorithm);
      const [keys, theirs] = [await deriveKeys(secret), xrpl.Wallet.fromSeed(secret.text)];
      expect([keys.publicKey, keys.address]).toEqual([theirs.publicKey, theirs.classicAddress]);
      const isMultisigned = round % 5 === 0;
      const tx = randomTransaction(isMultisigned ? someone() : keys.address);

      const signed = await signTransaction(tx, keys, isMultisigned ? { multisignAs: keys.address } : {});

      const { tx_blob, hash } = theirs.sign(tx, isMultisigned);
      expect([signed.signedBlob, signed.txid]).toEqual([tx_blob, hash]);
      // Its judge knows single signatures only.
      if (!isMultisigned) expect(xrpl.verifySignature(signed.signedBlob)).toBe(true);
      keys.wipe();
    }
  });

  it("leave no byte of a blob free to change", { timeout: 120_000 }, async () => {
    const keys = await deriveKeys(await newSecret("seed", algorithm));
    const { signedBlob } = await signTransaction(randomTransaction(keys.address), keys);

    for (let round = 0; round < 60; round++) {
      const at = below(signedBlob.length);
      const changed = signedBlob.slice(0, at) + pick([..."0123456789ABCDEF"].filter((digit) => digit !== signedBlob[at])) + signedBlob.slice(at + 1);
      await expect(checkBlob(changed), `digit ${at} of ${signedBlob}`).rejects.toThrow();
    }
  });
});

describe("random words", () => {
  it("have the keys that xrpl.js derives", { timeout: 120_000 }, async () => {
    for (let round = 0; round < 12; round++) {
      const secret = await newSecret("words", "secp256k1");
      const options = { derivationPath: "m/44'/144'/0'/0/0", mnemonicEncoding: "bip39" };

      const theirs = xrpl.Wallet.fromMnemonic(secret.text, options);

      expect((await deriveKeys(secret)).publicKey).toBe(theirs.publicKey);
    }
  });
});

describe("random addresses", () => {
  it("have the X-addresses of xrpl.js", () => {
    for (let round = 0; round < 200; round++) {
      const [address, tag, isTest] = [someone(), pick([null, below(2 ** 32)]), pick([true, false])];

      expect(xAddressOf(address, tag, isTest)).toBe(xrpl.classicAddressToXAddress(address, tag ?? false, isTest));
    }
  });
});
