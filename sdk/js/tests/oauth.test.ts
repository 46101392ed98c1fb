import { describe, expect, it } from "vitest";
import { claimsOf, OAuth, queryOf } from "../src/oauth.js";

const WIRE = { url: "https://sign.example.org", timeoutMs: 1, retries: 0, fetch: () => Promise.reject(new Error("no call")) };

describe("a sign-in", () => {
  it("is code with S256, by a verifier, state and nonce that nobody had before", async () => {
    const oauth = new OAuth(WIRE, "https://sign.example.org", "key");

    const [first, second] = [
      await oauth.begin({ redirectUri: "https://shop.example/cb?x=1", scope: "openid profile", signers: ["rA", "rB"] }),
      await oauth.begin({ redirectUri: "https://shop.example/cb" }),
    ];

    const asked = queryOf(first.url);
    expect(asked).toMatchObject({
      response_type: "code",
      client_id: "key",
      redirect_uri: "https://shop.example/cb?x=1",
      scope: "openid profile",
      code_challenge_method: "S256",
      signers: "rA,rB",
      state: first.state,
      nonce: first.nonce,
    });
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(first.verifier)));
    expect(asked["code_challenge"]).toBe(Buffer.from(hash).toString("base64url"));
    expect(first.verifier).toMatch(/^[\w-]{43}$/);
    expect(new Set([first.verifier, first.state, first.nonce, second.verifier, second.state]).size).toBe(5);
    expect(queryOf(second.url)["nonce"]).toBeUndefined();
  });
});

describe("the parameters of an address", () => {
  it.each([
    ["https://a.example/?code=a%2Bb&state=x+y#z=1", { code: "a+b", state: "x y" }],
    ["?a=1&a=2&b", { a: "2", b: "" }],
    ["?broken=%E0%A4%A&ok=1", { broken: "%E0%A4%A", ok: "1" }],
    ["?t=a=b", { t: "a=b" }],
  ])("%s", (address, values) => {
    expect(queryOf(address)).toMatchObject(values);
  });
});

describe("the claims of a token", () => {
  it("are read in UTF-8, and nothing is read of what is no token", () => {
    const claims = Buffer.from(JSON.stringify({ sub: "rÄ", app_name: "Café ☕" })).toString("base64url");

    expect(claimsOf(`x.${claims}.y`)).toEqual({ sub: "rÄ", app_name: "Café ☕" });
    for (const none of ["", "a.b", "a.!!.c", "a.bnVsbA.c"]) expect(claimsOf(none) ?? {}).toEqual({});
  });
});
