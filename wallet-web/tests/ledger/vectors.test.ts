import { describe, expect, it } from "vitest";
import { BlobRefused, checkBlob, deriveKeys, signTransaction, transactionHash } from "../../src/ledger";
import { keys, negative, publicSample, secretOf, taskOf, vectors } from "./vectors";

describe("the golden vectors", () => {
  it.each(["ed25519", "secp256k1"] as const)("have the keys of the %s seed", async (algorithm) => {
    const made = await deriveKeys(secretOf(algorithm));

    expect(made.publicKey).toBe(keys[algorithm].public_key);
    expect(made.address).toBe(keys[algorithm].account);
  });

  it.each(vectors)("are signed bit for bit: $name", async (vector) => {
    const { tx, options } = taskOf(vector);

    const signed = await signTransaction(tx, await deriveKeys(secretOf(vector.key)), options);

    expect(signed.signedBlob).toBe(vector.signed_blob_hex ?? vector.signed_blob_sent_by_wallet);
    expect(signed.txid).toBe(vector.tx_hash ?? null);
    expect(signed.multisigned).toBe(vector.sign_as ?? "");
    expect(signed.signPubKey).toBe(keys[vector.key].public_key);
  });

  it("have a sample from elsewhere, with flags, sequence and fee", async () => {
    const checked = await checkBlob(publicSample.signed_blob_hex);

    expect(checked.account).toBe(publicSample.account);
    expect(checked.txid).toBe(publicSample.tx_hash);
    expect(checked.hasTransactionType).toBe(false);
    expect(transactionHash(publicSample.signed_blob_hex.toLowerCase())).toBe(publicSample.tx_hash);
  });
});

describe("the negative vectors", () => {
  const refused: Record<string, string> = {
    "secp256k1-high-S": "bad_signature",
    "ed25519-S-plus-L": "bad_signature",
    "non-canonical-field-order": "not_canonical",
    "duplicate-account-field": "not_canonical",
    "tampered-memo": "bad_signature",
  };

  it.each(negative.filter(({ name }) => name in refused))("are refused: $name", async ({ name, signed_blob_hex }) => {
    const problem = await checkBlob(signed_blob_hex).catch((error: unknown) => error);

    expect(problem).toBeInstanceOf(BlobRefused);
    expect((problem as BlobRefused).reason).toBe(refused[name]);
  });

  it("tell a stranger's account from the key's own", async () => {
    const found = negative.find(({ name }) => name === "account-is-not-the-signer");

    const checked = await checkBlob(found?.signed_blob_hex ?? "");

    expect(checked.account).toBe(found?.account_field);
    expect(checked.signatures[0]?.keyAddress).toBe(found?.derived_signer);
  });

  it("tell a payment from a sign-in", async () => {
    const found = negative.find(({ name }) => name === "payment-blob-as-signin");

    expect((await checkBlob(found?.signed_blob_hex ?? "")).hasTransactionType).toBe(true);
  });

  it("are all looked at", () => {
    const others = ["account-is-not-the-signer", "payment-blob-as-signin"];

    expect(negative.map(({ name }) => name).sort()).toEqual([...Object.keys(refused), ...others].sort());
  });
});
