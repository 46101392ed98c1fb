import { describe, expect, it } from "vitest";
import { requests as de } from "../../src/app/i18n/de/requests";
import { requests as en } from "../../src/app/i18n/en/requests";
import type { Facts } from "../../src/nodes";
import { explain, type Explanation, type OpenRequest, prepare, TYPES } from "../../src/requests";
import { requestOf } from "../../src/requests/open";
import type { Members } from "../../src/server";
import { ALICE, aNetwork, aNode, APP, aRequest, aTransaction, BOB, ISSUER, NOON, statement, UUID } from "./a_request";

const MAINNET = aNetwork("MAINNET");
const FACTS: Facts = { fee: "12", sequence: 734, ledger: 9_000_000 };
const USD = { currency: "USD", issuer: ISSUER, value: "12.5" };

async function explained(request: OpenRequest, more: { network?: typeof MAINNET; chosen?: string; now?: Date; account?: string } = {}): Promise<Explanation> {
  const network = more.network ?? MAINNET;
  const prepared = await prepare(request, more.account ?? ALICE, network, { node: aNode(network, FACTS) });
  return explain(prepared, { now: NOON, ...(more.chosen === undefined ? {} : { chosen: more.chosen }), ...(more.now === undefined ? {} : { now: more.now }) });
}

const codes = (explanation: Explanation): string[] => explanation.warnings.map((one) => `${one.level} ${one.code}`);
const fact = (explanation: Explanation, name: string): unknown => explanation.facts.find((one) => one.label === `request.fact.${name}`)?.shown;
const hex = (text: string): string => Array.from(new TextEncoder().encode(text), (one) => one.toString(16).padStart(2, "0")).join("").toUpperCase();

function signIn(challenge: Members = {}): OpenRequest {
  const told = { v: 1, payload: UUID, domain: "sign.example", app: APP, origin: "https://shop.example", nonce: "00", iat: 1, number: "42", ...challenge };
  const memo = { Memo: { MemoType: hex("sealgate-challenge"), MemoData: hex(JSON.stringify(told)) } };
  return aRequest("SignIn", { SignIn: true, Memos: [memo] });
}

describe("a payment", () => {
  const payment = (fields: Members = {}, meta = {}): OpenRequest =>
    aTransaction("Payment", { Destination: BOB, DestinationTag: 1042, Amount: "2500000", ...fields }, meta);

  it("is told with receiver, tag, amount in whole units, fee and network, and no warning", async () => {
    const told = await explained(payment());

    expect(told.title).toEqual({ key: "request.title.Payment", values: { app: "Corner Shop", type: "Payment" } });
    expect(fact(told, "to")).toEqual({ kind: "address", address: BOB, tag: 1042 });
    expect(fact(told, "amount")).toEqual({ kind: "amount", value: "2.5", asset: "XRP" });
    expect(fact(told, "fee")).toEqual({ kind: "amount", value: "0.000012", asset: "XRP" });
    expect(fact(told, "network")).toEqual({ kind: "text", text: "MAINNET" });
    expect(codes(told)).toEqual([]);
  });

  it("of a token tells its issuer, and a code of 40 digits as its text", async () => {
    const told = await explained(payment({ Amount: USD, SendMax: { ...USD, currency: "534F4C4F00000000000000000000000000000000" } }));

    expect(fact(told, "amount")).toEqual({ kind: "amount", value: "12.5", asset: "USD", issuer: ISSUER });
    expect(fact(told, "pay_at_most")).toEqual({ kind: "amount", value: "12.5", asset: "SOLO", issuer: ISSUER });
  });

  it("that may deliver less says so", async () => {
    const told = await explained(payment({ Flags: 0x80020000 }));

    expect(codes(told)).toEqual(["caution partial_payment"]);
    expect(fact(told, "conditions")).toEqual({ kind: "list", items: [{ kind: "message", message: { key: "request.flag.partial" } }] });
    expect(fact(told, "other_flags")).toBeUndefined();
  });

  it("to oneself is an exchange", async () => {
    expect((await explained(payment({ Destination: ALICE, Amount: USD, SendMax: "1" }))).title.key).toBe("request.title.Payment.exchange");
  });

  it.each([
    ["120", []],
    ["121", ["caution fee_high"]],
    ["100001", ["danger fee_high"]],
  ])("with a fee of %s drops", async (Fee, found) => {
    expect(codes(await explained(payment({ Fee })))).toEqual(found);
  });

  it("is compared with what was asked for, line by line", async () => {
    const told = await explained(payment({ Destination: ISSUER, Account: BOB, LastLedgerSequence: 30, Colour: "red" }));

    expect(told.diff).toEqual([
      { mark: "=", field: "TransactionType", value: "Payment" },
      { mark: "=", field: "Destination", value: ISSUER },
      { mark: "=", field: "DestinationTag", value: "1042" },
      { mark: "=", field: "Amount", value: "2500000" },
      { mark: "~", field: "Account", value: ALICE, asked: BOB },
      { mark: "~", field: "LastLedgerSequence", value: "9000030", asked: "30" },
      { mark: "+", field: "Fee", value: "12" },
      { mark: "+", field: "Sequence", value: "734" },
      { mark: "-", field: "Colour", value: "red" },
    ]);
    expect(codes(told)).toEqual(["info other_account"]);
  });

  it("with words of the app shows them apart, and says that memos are public", async () => {
    const Memos = [{ Memo: { MemoType: hex("order"), MemoData: hex("42 apples") } }];
    const told = await explained(payment({ Memos }, { custom_instruction: "Thank you\n\n for shopping" }));

    expect(told.saidByApp).toEqual(["Thank you", "for shopping"]);
    expect(fact(told, "memos")).toEqual({ kind: "list", items: [{ kind: "text", text: "order: 42 apples" }] });
    expect(codes(told)).toEqual(["info memo"]);
  });

  it("on another network than the chosen one, or on one for tests, says so", async () => {
    const testnet = aNetwork("TESTNET", { isLive: false });

    expect(codes(await explained(payment(), { chosen: "XAHAU" }))).toEqual(["caution other_network"]);
    expect(codes(await explained(payment(), { network: testnet, chosen: "TESTNET" }))).toEqual(["info test_network"]);
  });

  it("written for another network is dangerous", async () => {
    expect(codes(await explained(payment({ NetworkID: 21337 })))).toEqual(["danger wrong_network"]);
  });

  it("that is late, or soon, or over on the ledger", async () => {
    expect(codes(await explained(payment(), { now: new Date("2026-11-23T11:59:30Z") }))).toEqual(["info expires_soon"]);
    expect(codes(await explained(payment(), { now: new Date("2026-11-23T12:00:01Z") }))).toEqual(["caution late"]);
    expect(codes(await explained(payment({ LastLedgerSequence: 9_000_003 })))).toEqual(["caution ledger_soon"]);
    expect(codes(await explained(payment({ LastLedgerSequence: 8_999_999 })))).toEqual(["danger ledger_passed"]);
  });

  it("that the app submits itself says so", async () => {
    expect(codes(await explained(payment({}, { submit: false })))).toEqual(["info not_submitted"]);
  });

  it("as one of several names both accounts", async () => {
    const told = await explained(payment({ Account: BOB, Destination: ISSUER }, { multisign: true }));

    expect(fact(told, "account")).toEqual({ kind: "address", address: BOB });
    expect(fact(told, "signer")).toEqual({ kind: "address", address: ALICE });
    expect(codes(told)).toEqual(["info one_of_several"]);
  });
});

describe("what cannot be taken back", () => {
  it.each([
    ["AccountDelete", { Destination: BOB, Fee: "2000000" }, ["danger account_delete", "info costly"]],
    ["SetRegularKey", { RegularKey: BOB }, ["danger regular_key"]],
    ["SetRegularKey", {}, []],
    ["SignerListSet", { SignerQuorum: 1, SignerEntries: [{ SignerEntry: { Account: BOB, SignerWeight: 1 } }] }, ["danger signer_list"]],
    ["SignerListSet", { SignerQuorum: 0 }, []],
    ["AccountSet", { SetFlag: 4 }, ["danger disable_master"]],
    ["AccountSet", { SetFlag: 6 }, ["danger no_freeze"]],
    ["AccountSet", { ClearFlag: 4 }, []],
    ["NFTokenCreateOffer", { NFTokenID: "00".repeat(32), Amount: "0", Flags: 1 }, ["danger token_for_nothing"]],
    ["NFTokenCreateOffer", { NFTokenID: "00".repeat(32), Amount: "1", Flags: 1 }, []],
    ["LedgerStateFix", { LedgerFixType: 1, Fee: "200000" }, ["danger unexplained_type", "info costly"]],
  ])("%s %j", async (type, fields, found) => {
    expect(codes(await explained(aTransaction(type, fields)))).toEqual(found);
  });
});

describe("other transactions", () => {
  it("a trust line tells its limit, an empty one that it is removed", async () => {
    const line = (value: string): OpenRequest => aTransaction("TrustSet", { LimitAmount: { ...USD, value }, Flags: 0x20000 });

    expect(fact(await explained(line("100")), "limit")).toEqual({ kind: "amount", value: "100", asset: "USD", issuer: ISSUER });
    expect((await explained(line("0"))).title.key).toBe("request.title.TrustSet.remove");
  });

  it("an offer tells both sides and when it ends", async () => {
    const told = await explained(aTransaction("OfferCreate", { TakerGets: "15000000", TakerPays: USD, Expiration: 0 }));

    expect(fact(told, "you_give")).toEqual({ kind: "amount", value: "15", asset: "XRP" });
    expect(fact(told, "you_get")).toMatchObject({ value: "12.5", asset: "USD" });
    expect(fact(told, "expires")).toEqual({ kind: "time", at: new Date("2000-01-01T00:00:00Z") });
  });

  it("settings are named, a domain is text, a rate is a percentage", async () => {
    const told = await explained(aTransaction("AccountSet", { SetFlag: 8, Domain: hex("shop.example"), TransferRate: 1_002_000_000 }));

    expect(fact(told, "set_flag")).toEqual({ kind: "message", message: { key: "request.asf.8" } });
    expect(fact(told, "domain")).toEqual({ kind: "text", text: "shop.example" });
    expect(fact(told, "transfer_fee")).toEqual({ kind: "percent", value: 0.2 });
  });

  it("texts that turn around what follows, or hide, are told with marks in their place", async () => {
    const turned = { MemoType: hex("note"), MemoData: hex("pay \u202e001") };
    const told = await explained(aTransaction("AccountSet", { Memos: [{ Memo: turned }], Hidden: "a\u200bb", constructor: "x" }, { custom_instruction: "yes\u2067no" }));

    expect(fact(told, "memos")).toEqual({ kind: "list", items: [{ kind: "text", text: `note: ${turned.MemoData}` }] });
    expect(told.saidByApp).toEqual(["yes\ufffdno"]);
    expect(told.diff.filter((line) => line.mark === "-")).toEqual([
      { mark: "-", field: "Hidden", value: "a\ufffdb" },
      { mark: "-", field: "constructor", value: "x" },
    ]);
  });

  it("a token that calls itself XRP is not told as XRP", async () => {
    const Amount = { ...USD, currency: "5852500000000000000000000000000000000000" };

    expect(fact(await explained(aTransaction("Payment", { Destination: BOB, Amount })), "amount")).toMatchObject({ asset: "58525000…" });
  });

  it("a request that names its object's parents changes nothing but itself", async () => {
    const asked = JSON.parse('{"TransactionType": "AccountSet", "__proto__": {"Fee": "999999"}, "constructor": {"prototype": {"Fee": "1"}}}') as Members;
    const prepared = await prepare(aRequest("AccountSet", asked), ALICE, MAINNET, { node: aNode(MAINNET, FACTS) });

    expect(prepared.transaction).toEqual({ TransactionType: "AccountSet", Account: ALICE, Fee: "12", Sequence: 734, LastLedgerSequence: 9_000_020 });
    expect(({} as Members)["Fee"]).toBeUndefined();
  });

  it("bits that nobody knows are told by their number", async () => {
    expect(fact(await explained(aTransaction("OfferCancel", { OfferSequence: 1, Flags: 0x80000004 })), "other_flags")).toEqual({ kind: "text", text: "0x00000004" });
  });
});

describe("a sign-in", () => {
  it("tells the page, the server and the number, as they are signed", async () => {
    const told = await explained(signIn());

    expect(told.title).toEqual({ key: "request.title.SignIn", values: { app: "Corner Shop", type: "SignIn" } });
    expect(fact(told, "origin")).toEqual({ kind: "text", text: "https://shop.example" });
    expect(fact(told, "server")).toEqual({ kind: "text", text: "sign.example" });
    expect(told.matchingNumber).toBe("42");
    expect(fact(told, "memos")).toBeUndefined();
    expect(codes(told)).toEqual([]);
  });

  it("shown for another page than it is signed for is dangerous", async () => {
    const { view } = signIn();
    const presentation = { lines: [], origin: "https://evil.example", matching_number: "42" };

    expect(codes(await explained(requestOf({ ...view, presentation }, "QR")))).toEqual(["danger other_origin"]);
  });

  it.each([
    ["another request", { payload: APP }],
    ["another app", { app: UUID }],
  ])("bound to %s is refused", (_, challenge) => {
    expect(() => signIn(challenge)).toThrow(expect.objectContaining({ reason: "wrong_challenge" }) as Error);
  });

  it("without a challenge, or with two, is refused", () => {
    const [memo] = signIn().view.payload.request_json["Memos"] as unknown[];

    for (const Memos of [[], [memo, memo], [{ Memo: { MemoType: hex("sealgate-challenge"), MemoData: "zz" } }]]) {
      expect(() => requestOf(statement("SignIn", { SignIn: true, Memos }), "QR")).toThrow(expect.objectContaining({ reason: "wrong_challenge" }) as Error);
    }
  });

  it("that names a type, or the reverse, is refused", () => {
    expect(() => aRequest("SignIn", { TransactionType: "Payment" })).toThrow(expect.objectContaining({ reason: "not_signable" }) as Error);
    expect(() => aRequest("Payment", { TransactionType: "AccountDelete" })).toThrow(expect.objectContaining({ reason: "not_signable" }) as Error);
  });
});

describe("the texts", () => {
  it("are there for every type, in every language", () => {
    for (const type of TYPES.filter((one) => one !== "NFTokenCreateOffer")) {
      for (const texts of [en, de] as Record<string, string>[]) {
        expect(texts[`request.title.${type}`], type).toBeTruthy();
        expect(texts[`request.says.${type}`], type).toBeTruthy();
      }
    }
  });

  it("take the same values in every language", () => {
    const names = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]!).toSorted();

    for (const [key, text] of Object.entries(en)) expect(names((de as Record<string, string>)[key]!), key).toEqual(names(text));
  });
});
