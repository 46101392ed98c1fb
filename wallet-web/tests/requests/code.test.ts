import { describe, expect, it } from "vitest";
import { type Code, readCode } from "../../src/requests";
import { BOB, ISSUER, UUID } from "./a_request";

const HERE = ["https://sign.example", "http://localhost:8080"];
const X_ADDRESS = "XV5kHfQmzDQjbFNv4jX3FX9Y7ig5QhfVBU2WpptycJvfHsF";
const read = (text: string): Code => readCode(text, HERE);

describe("a sign request", () => {
  it.each([
    UUID,
    UUID.toUpperCase(),
    ` https://sign.example/sign/${UUID}\n`,
    `https://sign.example/sign/${UUID}/qr`,
    `https://sign.example/sign/${UUID}_q.png`,
    `https://sign.example/sign/${UUID}?from=somewhere`,
    `https://sign.example/wallet/sign/${UUID}`,
    `http://127.0.0.1:8080/sign/${UUID}`,
    `sealgate://sign/${UUID}`,
    `sealgate://${UUID}`,
    `web+xrpl:https://sign.example/sign/${UUID}`,
    `web+xrpl:${encodeURIComponent(`https://sign.example/sign/${UUID}`)}`,
  ])("is read from %s", (text) => {
    expect(read(text)).toEqual({ kind: "request", uuid: UUID });
  });

  it.each([
    ["https://other.example", "other.example"],
    ["http://sign.example", "sign.example"],
    ["https://sign.example:8443", "sign.example:8443"],
    ["https://sign.example.evil.example", "sign.example.evil.example"],
    ["https://sign.example@evil.example", "evil.example"],
  ])("of %s is refused by name", (origin, host) => {
    expect(read(`${origin}/sign/${UUID}`)).toEqual({ kind: "refused", reason: "foreign_server", host });
  });

  it("of another wallet's scheme is refused", () => {
    expect(read(`xumm://${UUID}`)).toEqual({ kind: "refused", reason: "foreign_server", host: "xumm" });
  });
});

describe("an xApp", () => {
  it("is read with the parameters of its link", () => {
    const text = "https://sign.example/detect/xapp:Shop.One?orderId=1042&flag=";

    expect(read(text)).toEqual({ kind: "xapp", identifier: "shop.one", params: { orderId: "1042", flag: "" }, text });
  });

  it("is read from our own scheme, and percent-encoded", () => {
    expect(read("sealgate://xapp/shop?x=1")).toMatchObject({ kind: "xapp", identifier: "shop", params: { x: "1" } });
    expect(read("https://sign.example/detect/xapp%3Ashop")).toMatchObject({ kind: "xapp", identifier: "shop" });
  });

  it("of another server is refused", () => {
    expect(read("https://other.example/detect/xapp:shop")).toEqual({ kind: "refused", reason: "foreign_server", host: "other.example" });
  });
});

describe("a payment", () => {
  const nothing = { tag: null, amount: null, currency: null, issuer: null, invoiceId: null, network: null };

  it.each([
    [BOB, {}],
    [X_ADDRESS, { tag: 1042 }],
    [`${BOB}:1042`, { tag: 1042 }],
    [`${BOB}-1042`, { tag: 1042 }],
    [`${BOB}?dt=1042`, { tag: 1042 }],
    [`ripple:${BOB}?dt=7`, { tag: 7 }],
    [`xrpl://${BOB}?amount=2.5&network=testnet`, { amount: "2.5", network: "TESTNET" }],
    [`web+xrpl:${BOB}?tag=0`, { tag: 0 }],
    [`xrpl://to=${BOB}&amount=1`, { amount: "1" }],
    [`https://anywhere.example/pay?to=${BOB}&amount=2&dt=5`, { amount: "2", tag: 5 }],
    [`https://sign.example/detect/request:${BOB}?amount=2`, { amount: "2" }],
    [`https://sign.example/detect/request?to=${BOB}&amount=2&currency=XRP`, { amount: "2" }],
    [`https://x.example/?to=${BOB}&iou=${ISSUER}:USD&amount=3`, { amount: "3", currency: "USD", issuer: ISSUER }],
    [`https://x.example/?to=${BOB}&currency=USD&issuer=${ISSUER}&invid=${"ab".repeat(32)}`, { currency: "USD", issuer: ISSUER, invoiceId: "AB".repeat(32) }],
    [`Please pay to\n${BOB}\nDestination tag: 1042`, { tag: 1042 }],
  ])("is read from %s", (text, found) => {
    expect(read(text)).toEqual({ kind: "payment", payment: { to: BOB, ...nothing, ...found } });
  });

  it.each([
    `https://x.example/?to=${BOB}&amount=two`,
    `https://x.example/?to=${BOB}&amount=-1`,
    `https://x.example/?to=${BOB}&dt=4294967296`,
    `https://x.example/?to=${BOB}&currency=USD`,
    `https://x.example/?to=${X_ADDRESS}&dt=7`,
    `xrpl://${BOB}x?amount=1`,
  ])("that is not clear is refused, not guessed: %s", (text) => {
    expect(read(text)).toEqual({ kind: "refused", reason: "payment_invalid" });
  });
});

describe("what is not followed", () => {
  it.each([
    ["sEdTM1uX8pu2do5XvTnutH6HsouMaM2", "secret"],
    ["ED" + "0".repeat(64), "secret"],
    ["abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about", "secret"],
    ["554872 394230 209376 323698 140250 387423 652803 258676", "secret"],
    ["AB".repeat(32), "transaction_hash"],
    [`https://xrpl.example/tx/${"AB".repeat(32)}`, "transaction_hash"],
    ["12000022".repeat(20), "signed_transaction"],
    [Array.from('{"TransactionType":"TrustSet","Flags":131072}', (one) => one.charCodeAt(0).toString(16)).join(""), "transaction_template"],
    ["alice$pay.example", "pay_id"],
    ["https://sign.example/detect/secret?type=alt-family-seed", "other_feature"],
  ])("%s", (text, reason) => {
    expect(read(text)).toEqual({ kind: "refused", reason });
  });

  it.each(["", "hello", "https://sign.example/", "https://sign.example/sign/1", "sealgate://", "javascript:alert(1)", "x".repeat(9000), "::::"])("unknown: %s", (text) => {
    expect(read(text)).toEqual({ kind: "unknown" });
  });
});

it("an invitation names its server", () => {
  const link = "sealgate://pair?server=https%3A%2F%2Fsign.example&invitation=abc123";

  expect(read(link)).toEqual({ kind: "pairing", server: "https://sign.example", invitation: "abc123" });
  expect(read("https://sign.example/wallet/welcome#invitation=abc123")).toEqual(read(link));
  expect(read("https://other.example/wallet/welcome#invitation=abc123")).toEqual({ kind: "refused", reason: "foreign_server", host: "other.example" });
});
