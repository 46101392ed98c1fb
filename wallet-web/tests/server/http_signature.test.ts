import { ed25519 } from "@noble/curves/ed25519.js";
import { expect, it } from "vitest";
import { signatureHeaders } from "../../src/server/http_signature";

// The worked example of docs/guides/wallet-api.md: private key 00 01 02 … 1f.
const KEY = Uint8Array.from({ length: 32 }, (_, index) => index);
const BODY = '{"public_key":"A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg","name":"My wallet","platform":"cli"}';
const EXAMPLE = {
  method: "POST",
  url: "http://localhost:8080/api/v1/app/devices",
  body: new TextEncoder().encode(BODY),
  keyid: "1IG2tMH7J2wbJZnOf8LJzQitKf7LMvoAElsuDMVM54Y",
  created: 1767225600,
  nonce: "q7Zk2w9LxYb4Tn1RfVhJ8c",
};
const sign = async (message: Uint8Array): Promise<Uint8Array> => ed25519.sign(message, KEY);

it("the guide's worked example comes out byte for byte", async () => {
  const headers = await signatureHeaders(EXAMPLE, sign);

  expect(headers).toEqual({
    "content-digest": "sha-256=:S2E2O9Yu+gIwspc3eKl5+PzAqVBiXKfwt3h9l5EWJYo=:",
    "signature-input":
      'sig1=("@method" "@target-uri" "content-digest");created=1767225600;nonce="q7Zk2w9LxYb4Tn1RfVhJ8c";' +
      'keyid="1IG2tMH7J2wbJZnOf8LJzQitKf7LMvoAElsuDMVM54Y";alg="ed25519"',
    signature: "sig1=:qwKasLNq5oW1VRnAIfGAOupKwnlTMg5GjcZGvMhrjJri4t+YNz58e68qjUG2XFEfnFhPfD85cJCabejVld+XAg==:",
  });
});

it("a call without a body covers method and address alone", async () => {
  let signed = "";
  const headers = await signatureHeaders({ ...EXAMPLE, method: "GET", body: new Uint8Array(0) }, async (message) => {
    signed = new TextDecoder().decode(message);
    return sign(message);
  });

  expect(signed.split("\n").slice(0, 2)).toEqual(['"@method": GET', '"@target-uri": http://localhost:8080/api/v1/app/devices']);
  expect(headers["signature-input"]).toMatch(/^sig1=\("@method" "@target-uri"\);created=/);
  expect(headers).not.toHaveProperty("content-digest");
});
