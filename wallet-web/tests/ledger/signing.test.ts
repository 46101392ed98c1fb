import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { Definitions, KeyPair, LedgerJson, SignOptions } from "../../src/ledger";
import { checkBlob, deriveKeys, loadCodec, signTransaction } from "../../src/ledger";
import { keys, secretOf } from "./vectors";

const ALICE = keys.ed25519.account;
const BOB = keys.secp256k1.account;
const PAYMENT: LedgerJson = {
  TransactionType: "Payment",
  Account: ALICE,
  Destination: BOB,
  Amount: "1000000",
  Fee: "12",
  Sequence: 7,
  LastLedgerSequence: 90_000_000,
};

let alice: KeyPair;
beforeAll(async () => {
  alice = await deriveKeys(secretOf("ed25519"));
});

async function refusalOf(tx: LedgerJson, options: SignOptions = {}): Promise<string> {
  const refused = await signTransaction(tx, alice, options).catch((error: unknown) => error);
  return (refused as { reason: string }).reason;
}

describe("a transaction", () => {
  it("is signed with all that is in it and nothing more", async () => {
    const signed = await signTransaction(PAYMENT, alice);

    const { TxnSignature: _, SigningPubKey: key, ...rest } = (await loadCodec()).decode(signed.signedBlob);
    expect(rest).toEqual(PAYMENT);
    expect(key).toBe(alice.publicKey);
  });

  it("loses the signatures a request brings", async () => {
    const forged = { ...PAYMENT, TxnSignature: "AB", SigningPubKey: keys.secp256k1.public_key, Signers: [] };

    expect(await signTransaction(forged, alice)).toEqual(await signTransaction(PAYMENT, alice));
  });

  it("is not changed by signing", async () => {
    const before = structuredClone(PAYMENT);

    await signTransaction(PAYMENT, alice);

    expect(PAYMENT).toEqual(before);
  });

  it("may have the paths a node found, whose steps say some things twice", async () => {
    const step = { account: BOB, type: 1, type_hex: "0000000000000001" };
    const found = { ...PAYMENT, Amount: { currency: "USD", issuer: BOB, value: "1" }, SendMax: "5", Paths: [[step]] };

    await expect(signTransaction(found, alice)).resolves.toHaveProperty("txid");
  });

  it.each<[string, LedgerJson, string]>([
    ["without a type", { Account: ALICE }, "no_transaction_type"],
    ["without an account", { ...PAYMENT, Account: undefined }, "no_account"],
    ["of an unknown type", { ...PAYMENT, TransactionType: "Teleport" }, "not_encodable"],
    ["with an unknown field", { ...PAYMENT, Destinatoin: BOB }, "not_encodable"],
    ["with a value that is none", { ...PAYMENT, Amount: "1.5" }, "not_encodable"],
    ["with a name that never reaches the bytes", { ...PAYMENT, hash: "00".repeat(32) }, "field_not_signed"],
  ])("is refused %s", async (_, tx, reason) => {
    expect(await refusalOf(tx)).toBe(reason);
  });
});

describe("a sign-in", () => {
  it("has no type, whoever asks for one", async () => {
    expect(await refusalOf(PAYMENT, { as: "sign_in" })).not.toBe("no_transaction_type");
    const signed = await signTransaction({ SignIn: true, Account: ALICE, Destination: BOB }, alice, { as: "sign_in" });

    expect((await checkBlob(signed.signedBlob)).hasTransactionType).toBe(false);
    expect(signed.signedJson).not.toHaveProperty("Destination");
  });
});

describe("a proof of an account", () => {
  it("holds nothing but what the platform needs", async () => {
    expect(await refusalOf({ Account: ALICE, InvoiceID: "00".repeat(32), Memos: [] }, { as: "proof" })).toBe("field_not_signed");
    expect(await refusalOf(PAYMENT, { as: "proof" })).toBe("has_transaction_type");
  });
});

describe("a claim", () => {
  it.each<[LedgerJson, string]>([
    [{ Channel: "AB", Amount: "1" }, "bad_claim"],
    [{ Channel: "zz".repeat(32), Amount: "1" }, "bad_claim"],
    [{ Channel: "00".repeat(32), Amount: "-1" }, "bad_claim"],
    [{ Channel: "00".repeat(32), Amount: "100000000000000001" }, "bad_claim"],
    [{ Channel: "00".repeat(32), Amount: { currency: "USD" } }, "bad_claim"],
  ])("is a channel and drops: %j", async (tx, reason) => {
    expect(await refusalOf(tx, { as: "claim" })).toBe(reason);
  });

  it("has one signer", async () => {
    const claim = { Channel: "00".repeat(32), Amount: "1" };

    expect(await refusalOf(claim, { as: "claim", multisignAs: BOB })).toBe("claim_needs_one_signer");
  });
});

describe("one signature of several", () => {
  it("names its signer and leaves the single key empty", async () => {
    const signed = await signTransaction({ ...PAYMENT, Account: BOB }, alice, { multisignAs: ALICE });

    const checked = await checkBlob(signed.signedBlob);
    expect(checked).toMatchObject({ account: BOB, isMultisigned: true, txid: signed.txid });
    expect(checked.signatures).toEqual([{ account: ALICE, publicKey: alice.publicKey, keyAddress: ALICE }]);
    expect(signed.signedJson.SigningPubKey).toBe("");
  });

  it("is not for the signer's own account, nor by what is no address", async () => {
    expect(await refusalOf(PAYMENT, { multisignAs: ALICE })).toBe("bad_signer");
    expect(await refusalOf(PAYMENT, { multisignAs: "rNobody" })).toBe("bad_signer");
  });
});

describe("another network's definitions", () => {
  const read = (path: string): unknown => JSON.parse(readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8"));
  const xahau = read("src/sealgate/ledger/data/xahau.json") as Definitions;

  it("say which types and fields there are", async () => {
    const [there, here] = [await loadCodec(xahau), await loadCodec()];

    expect([there.isTransactionType("Remit"), here.isTransactionType("Remit")]).toEqual([true, false]);
    expect([there.isField("HookOn"), there.isField("hash"), there.isField("toString")]).toEqual([true, false, false]);
  });

  it("make its transactions signable", async () => {
    const remit = { TransactionType: "Remit", Account: ALICE, Destination: BOB, Fee: "12", Sequence: 1, NetworkID: 21337 };

    expect(await refusalOf(remit)).toBe("not_encodable");
    const signed = await signTransaction(remit, alice, { definitions: xahau });
    expect((await loadCodec(xahau)).decode(signed.signedBlob)).toMatchObject(remit);
  });

  it("write every kind of its transactions as its own library does", async () => {
    const codec = await loadCodec(xahau);
    const known = (read("tests/vectors/xahau_codec.json") as { vectors: { name: string; tx_json: LedgerJson; blob: string }[] }).vectors;

    for (const { name, tx_json, blob } of known) expect(codec.encode(tx_json), name).toBe(blob);
  });

  it("are refused when they are none", async () => {
    await expect(loadCodec({ FIELDS: 7 })).rejects.toThrow(RangeError);
  });
});
