import { describe, expect, it } from "vitest";
import { type LedgerNode, NodeRefused } from "../../src/nodes";
import { chooseNetwork, needsAmount, prepare, signersFor } from "../../src/requests";
import { wayBack } from "../../src/requests/ending";
import { ALICE, aNetwork, aTransaction, BOB, ISSUER, XAHAU } from "./a_request";

const MAINNET = aNetwork("MAINNET");
const TESTNET = aNetwork("TESTNET");
const NETWORKS = [MAINNET, TESTNET, XAHAU];
const payment = (meta = {}, fields = {}): ReturnType<typeof aTransaction> => aTransaction("Payment", { Destination: BOB, Amount: "1", ...fields }, meta);

describe("the network", () => {
  it.each([
    [payment(), undefined, "MAINNET"],
    [payment(), "TESTNET", "TESTNET"],
    [payment({ force_network: "TESTNET" }), "MAINNET", "TESTNET"],
    [payment({ force_network: "testnet" }), undefined, "TESTNET"],
    [aTransaction("URITokenMint", {}), undefined, "XAHAU"],
    [aTransaction("URITokenMint", {}), "MAINNET", "XAHAU"],
  ])("%#: the request's, the person's, or the one that knows the type", (request, chosen, key) => {
    expect(chooseNetwork(request, NETWORKS, chosen).key).toBe(key);
  });

  it("that nobody here knows is refused, not passed over", () => {
    expect(() => chooseNetwork(payment({ force_network: "ELSEWHERE" }), NETWORKS)).toThrow(
      expect.objectContaining({ reason: "network_unknown", values: { network: "ELSEWHERE" } }) as Error,
    );
  });

  it("that is forced is the only one that is signed on", async () => {
    await expect(prepare(payment({ force_network: "TESTNET" }), ALICE, MAINNET)).rejects.toMatchObject({ reason: "network_unknown" });
  });
});

describe("the accounts", () => {
  const here = [ALICE, BOB, ISSUER];

  it("are those that may sign, the one that is named first, then the preferred one", () => {
    expect(signersFor(payment(), here)).toEqual(here);
    expect(signersFor(payment(), here, ISSUER)).toEqual([ISSUER, ALICE, BOB]);
    expect(signersFor(payment({}, { Account: BOB }), here, ISSUER)).toEqual([BOB, ISSUER, ALICE]);
    expect(signersFor(payment({ signers: [BOB] }), here)).toEqual([BOB]);
    expect(signersFor(payment({ signers: ["rOther"] }), here)).toEqual([]);
  });

  it("do not sign as one of several for themselves", () => {
    expect(signersFor(payment({ multisign: true }, { Account: ALICE }), here)).toEqual([BOB, ISSUER]);
  });
});

describe("an amount that is left open", () => {
  const open = aTransaction("Payment", { Destination: BOB });

  it("is asked for, and signed as typed", async () => {
    expect(needsAmount(open)).toBe(true);
    await expect(prepare(open, ALICE, MAINNET)).rejects.toMatchObject({ reason: "amount_missing" });
    expect((await prepare(open, ALICE, MAINNET, { amount: "250" })).transaction["Amount"]).toBe("250");
  });

  it("of a check may be at least one in its place", () => {
    expect(needsAmount(aTransaction("CheckCash", { CheckID: "00".repeat(32), DeliverMin: "1" }))).toBe(false);
  });
});

it("a channel that names no key gets the signer's", async () => {
  const request = aTransaction("PaymentChannelCreate", { Destination: BOB, Amount: "10000", SettleDelay: 60 });
  const publicKey = `ED${"AB".repeat(32)}`;

  expect((await prepare(request, ALICE, MAINNET, { publicKey })).transaction["PublicKey"]).toBe(publicKey);
});

it("a node that does not know the account hinders nothing that is submitted elsewhere", async () => {
  const node = { url: "wss://node.example", facts: () => Promise.reject(new NodeRefused("actNotFound")) } as unknown as LedgerNode;

  expect((await prepare(payment({ submit: false }), ALICE, MAINNET, { node })).filled).toEqual(["Fee", "Sequence"]);
  await expect(prepare(payment(), ALICE, MAINNET, { node })).rejects.toMatchObject({ reason: "account_not_on_ledger", canRetry: false });
});

describe("the way back", () => {
  const urls = (app: string | null, web: string | null): { return_url: { app: string | null; web: string | null } } => ({ return_url: { app, web } });
  const APP_URL = "shop://done";
  const WEB_URL = "https://shop.example/done";

  it.each([
    ["QR", APP_URL, WEB_URL, { kind: "other_window" }],
    ["XAPP", APP_URL, WEB_URL, { kind: "xapp" }],
    ["DEEP_LINK", APP_URL, WEB_URL, { kind: "link", href: APP_URL }],
    ["DEEP_LINK", null, WEB_URL, { kind: "link", href: WEB_URL }],
    ["DEEP_LINK", null, null, { kind: "other_window" }],
    ["PUSH_NOTIFICATION", APP_URL, WEB_URL, { kind: "link", href: APP_URL }],
    ["PUSH_NOTIFICATION", WEB_URL, WEB_URL, { kind: "other_window" }],
    ["EVENT_LIST", null, WEB_URL, { kind: "none" }],
    ["DEEP_LINK", "javascript:alert(1)", null, { kind: "other_window" }],
    ["DEEP_LINK", " JavaScript:alert(1)", "data:text/html,x", { kind: "other_window" }],
    ["DEEP_LINK", "/relative", null, { kind: "other_window" }],
  ] as const)("from %s with %s and %s", (origin, app, web, expected) => {
    expect(wayBack(origin, urls(app, web))).toEqual(expected);
  });
});
