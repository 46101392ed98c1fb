import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { SealgateError, verifyToken, verifyWebhook } from "../src/server/index.js";

const SECRET = "b7e6f0a2-5c1d-4f3e-9a8b-2d4c6e8f0a1b";
const KEY = "5f0d1c8e-7a52-4f0b-8a3e-1b9b6c2d4e70";
const NOW_S = 1_718_000_000;

const b64 = (value: unknown): string => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

function hs256(claims: object, header: object = { alg: "HS256", typ: "JWT" }, secret = SECRET): string {
  const signed = `${b64(header)}.${b64(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

async function codeOf(coming: Promise<unknown>): Promise<unknown> {
  return coming.then(() => "accepted", (error: unknown) => (error instanceof SealgateError ? error.code : error));
}

describe("the token of an xApp", () => {
  const claims = { sub: "rAlice", client_id: KEY, iat: NOW_S, exp: NOW_S + 86_400 };
  const options = { apiKey: KEY, apiSecret: SECRET, now_s: NOW_S };

  it("counts by the app's secret, dashes included", async () => {
    expect((await verifyToken(hs256(claims), options)).sub).toBe("rAlice");
  });

  it.each([
    ["expired", hs256({ ...claims, exp: NOW_S - 31 }), {}],
    ["incomplete", hs256({ ...claims, exp: undefined }), {}],
    ["incomplete", hs256({ ...claims, sub: undefined }), {}],
    ["not_yet", hs256({ ...claims, nbf: NOW_S + 31 }), {}],
    ["wrong_app", hs256({ ...claims, client_id: SECRET }), {}],
    ["wrong_signature", hs256(claims, undefined, SECRET.replaceAll("-", "")), {}],
    ["wrong_signature", hs256(claims).replace(/.$/, "!"), { apiSecret: ["", KEY] }],
    ["wrong_kind", hs256(claims, { alg: "HS256", typ: "at+jwt" }), {}],
    ["wrong_alg", hs256(claims, { alg: "none", typ: "JWT" }), {}],
    ["wrong_alg", hs256(claims, { alg: "HS512", typ: "JWT" }), {}],
    ["wrong_alg", hs256(claims), { only: "signIn" as const }],
    ["unknown_key", hs256(claims), { apiSecret: [] }],
    ["malformed", "a.b", {}],
    ["malformed", undefined as unknown as string, {}],
    ["malformed", `${hs256(claims)}.x`, {}],
    ["malformed", `${b64("[]")}.${b64(claims)}.x`, {}],
    ["malformed", "x".repeat(20_000), {}],
  ])("is refused as %s", async (code, token, other) => {
    expect(await codeOf(verifyToken(token, { ...options, ...other }))).toBe(code === "wrong_signature" && token?.endsWith("!") ? "malformed" : code);
  });
});

describe("an access token", () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = publicKey.export({ format: "jwk" });
  const claims = { iss: "https://sign.example.org", aud: KEY, client_id: KEY, sub: "rAlice", exp: NOW_S + 60 };
  let asked = 0;
  const certs = (keys: object[]) => async () => {
    asked += 1;
    return { status: 200, headers: { get: () => null }, text: async () => JSON.stringify({ keys }) };
  };

  function rs256(given: object, header: object = {}): string {
    const signed = `${b64({ alg: "RS256", typ: "at+jwt", kid: "k1", ...header })}.${b64(given)}`;
    return `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
  }

  it("counts by the published key, which is asked for once", async () => {
    const options = { url: "https://sign.example.org/", apiKey: KEY, now_s: NOW_S, fetch: certs([{ ...jwk, kid: "k1" }]) };

    for (let time = 0; time < 3; time++) expect((await verifyToken(rs256(claims), options)).sub).toBe("rAlice");

    expect(asked).toBe(1);
    expect(await codeOf(verifyToken(rs256(claims, { kid: "k2" }), options))).toBe("unknown_key");
    expect(await codeOf(verifyToken(rs256(claims, { typ: "JWT" }), options))).toBe("wrong_kind");
    expect(await codeOf(verifyToken(rs256({ ...claims, iss: "https://other.example" }), options))).toBe("wrong_issuer");
    expect(await codeOf(verifyToken(rs256({ ...claims, aud: SECRET }), options))).toBe("wrong_app");
    // Signed with the public key as if it were a secret: the header chooses a procedure that has no such key.
    const pem = publicKey.export({ format: "pem", type: "spki" }) as string;
    expect(await codeOf(verifyToken(hs256(claims, undefined, pem), { ...options, apiSecret: SECRET }))).toBe("wrong_signature");
    expect(asked).toBe(1);
  });
});

describe("a webhook of old", () => {
  it.each([
    ['{"a":"é","b":1}', "83c946dfdb346a374cb5c23b43b3dddc3dbaa966"],
  ])("is checked with the secret without its first dash alone", async (body, signature) => {
    const headers = { "X-Xumm-Request-Timestamp": "1718000000", "X-Xumm-Request-Signature": signature };

    // Genuine, though no event of ours.
    expect(await codeOf(verifyWebhook(body, headers, { apiSecret: SECRET, now_s: NOW_S }))).toBe("malformed");
    expect(await codeOf(verifyWebhook(`${body} `, headers, { apiSecret: SECRET, now_s: NOW_S }))).toBe("wrong_signature");
    expect(await codeOf(verifyWebhook(body, headers, { apiSecret: SECRET, now_s: NOW_S + 301 }))).toBe("too_old");
    expect(await codeOf(verifyWebhook(body, { ...headers, "X-Xumm-Request-Signature": "zz" }, { apiSecret: SECRET, now_s: NOW_S }))).toBe("wrong_signature");
    expect(await codeOf(verifyWebhook(body, headers, { apiSecret: [], now_s: NOW_S }))).toBe("configuration");
  });
});
