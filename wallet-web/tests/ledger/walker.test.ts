import { describe, expect, it } from "vitest";
import xahau from "../../../tests/vectors/xahau_codec.json";
import type { BlobRefused } from "../../src/ledger";
import { checkBlob, loadCodec } from "../../src/ledger";
import { fromHex } from "../../src/ledger/bytes";
import { walk } from "../../src/ledger/walker";
import { keys, vectors } from "./vectors";

const [ALICE, BOB] = [keys.ed25519.account, keys.secp256k1.account];
const bytesOf = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();

describe("a blob of any network", () => {
  it("is taken apart without knowing its fields", () => {
    for (const { name, blob, tx_json } of xahau.vectors as unknown as { name: string; blob: string; tx_json: object }[])
      expect(walk(bytesOf(blob)).length, name).toBe(Object.keys(tx_json).length);
  });

  it("may hold every kind of value", async () => {
    const token = "00000001A407AF5856CCF3C42619DAA925813FC955C72983";
    const usd = { currency: "USD", issuer: BOB };
    const rich = [
      { Amount: { mpt_issuance_id: token, value: "5" }, SendMax: { ...usd, value: "1.5" } },
      { Paths: [[{ account: BOB }, usd], [{ currency: "XRP" }]] },
      { Asset: { currency: "XRP" }, Asset2: { mpt_issuance_id: token } },
      { XChainBridge: { LockingChainDoor: ALICE, LockingChainIssue: { currency: "XRP" }, IssuingChainDoor: BOB, IssuingChainIssue: usd } },
      { NFTokenOffers: ["AB".repeat(32), "CD".repeat(32)], EmailHash: "00".repeat(16) },
      { Memos: [{ Memo: { MemoData: "AB".repeat(300) } }], Signers: [] },
      { URI: "AB".repeat(13_000) },
    ];
    const codec = await loadCodec();

    for (const fields of rich) {
      const blob = codec.encode({ ...fields, Account: ALICE });

      expect(walk(bytesOf(blob)).length, JSON.stringify(fields).slice(0, 80)).toBe(Object.keys(fields).length + 1);
      expect(() => walk(bytesOf(blob).subarray(0, -1))).toThrow("not_canonical");
    }
  });

  it.each([
    ["", "not_canonical"],
    ["zz", "not_hex"],
    ["000", "not_hex"],
    ["00".repeat(65_537), "too_long"],
    ["E1", "not_canonical"],
    ["F1", "not_canonical"],
    ["0102", "not_canonical"],
    ["F9".repeat(40), "not_canonical"],
    ["EA".repeat(40), "not_canonical"],
    ["7321", "not_canonical"],
    ["73FF", "not_canonical"],
    ["8114", "not_canonical"],
    ["811522", "not_canonical"],
  ])("is refused with a reason: %s", async (blob, reason) => {
    const refused = (await checkBlob(blob).catch((error: unknown) => error)) as BlobRefused;

    expect(refused.reason).toBe(reason);
  });

  it("is refused when a byte is missing or too many, wherever", async () => {
    const blob = vectors[0]?.signed_blob_hex ?? "";

    for (let at = 0; at < blob.length; at += 2) {
      await expect(checkBlob(blob.slice(0, at))).rejects.toHaveProperty("reason");
      await expect(checkBlob(blob.slice(0, at) + blob.slice(at + 2))).rejects.toHaveProperty("reason");
    }
    await expect(checkBlob(`${blob}00`)).rejects.toHaveProperty("reason", "not_canonical");
  });
});
