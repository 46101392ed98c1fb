import { ed25519 } from "@noble/curves/ed25519.js";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fromBase64url, utf8 } from "../../src/server/bytes";
import { find, put } from "../../src/server/database";
import { DeviceKey, type StoredKey, verifyView } from "../../src/server/device_key";

const MESSAGE = utf8("a call");
const unsupported = (): Promise<never> => Promise.reject(new DOMException("no such algorithm", "NotSupportedError"));

beforeEach(() => (globalThis.indexedDB = new IDBFactory()));
afterEach(() => vi.restoreAllMocks());

async function keptAndFound(key: DeviceKey): Promise<DeviceKey> {
  await put("devices", "here", key.stored);
  return new DeviceKey((await find<StoredKey>("devices", "here"))!);
}

describe("a device's key", () => {
  it("signs after it was kept, and no script can read its private half", async () => {
    const key = await keptAndFound(await DeviceKey.create());

    expect(ed25519.verify(await key.sign(MESSAGE), MESSAGE, fromBase64url(key.publicKey))).toBe(true);
    expect(key.stored).toMatchObject({ kind: "webcrypto", privateKey: { extractable: false } });
  });

  it("signs where WebCrypto has no Ed25519, kept under a key that no script can read", async () => {
    vi.spyOn(crypto.subtle, "generateKey").mockImplementationOnce(unsupported);

    const key = await keptAndFound(await DeviceKey.create());

    expect(key.stored).toMatchObject({ kind: "wrapped", wrappedBy: { extractable: false } });
    expect(ed25519.verify(await key.sign(MESSAGE), MESSAGE, fromBase64url(key.publicKey))).toBe(true);
  });

  it("is named by the thumbprint of the guide's example", async () => {
    const publicKey = fromBase64url("A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg");

    expect(await new DeviceKey({ kind: "webcrypto", publicKey, privateKey: {} as CryptoKey }).thumbprint()).toBe("1IG2tMH7J2wbJZnOf8LJzQitKf7LMvoAElsuDMVM54Y");
  });
});

describe("a view's signature", () => {
  const secret = new Uint8Array(32).fill(3);
  const key = { kid: "one", kty: "OKP", crv: "Ed25519", x: btoa(String.fromCharCode(...ed25519.getPublicKey(secret))).replaceAll("+", "-").replaceAll("/", "_").replace("=", "") };
  const signature = btoa(String.fromCharCode(...ed25519.sign(utf8("{}"), secret))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

  it.each([["by WebCrypto", false], ["without it", true]])("is checked %s", async (_, isMissing) => {
    if (isMissing) vi.spyOn(crypto.subtle, "importKey").mockImplementation(unsupported);

    expect(await verifyView(key, signature, "{}")).toBe(true);
    expect(await verifyView(key, signature, "{ }")).toBe(false);
    expect(await verifyView(key, signature.slice(0, -4), "{}")).toBe(false);
    expect(await verifyView({ ...key, x: "AA" }, signature, "{}")).toBe(false);
    expect(await verifyView(key, "!!", "{}")).toBe(false);
  });
});
