import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LedgerNode } from "../../src/nodes";
import { ledgerWarnings, type OpenRequest, prepare, rightfulSignatories, signatoriesFor } from "../../src/requests";
import type { Members } from "../../src/server";
import { ScriptedNode } from "../nodes/scripted_node";
import { ALICE, aNetwork, aRequest, aTransaction, BOB, ISSUER } from "./a_request";

const USD = { currency: "USD", issuer: ISSUER, value: "12.5" };

/** Accounts of the ledger by address; what is left out is as usual. */
type Accounts = Record<string, Members>;

let says: ScriptedNode;
let node: LedgerNode;
beforeEach(async () => {
  says = await new ScriptedNode().start();
  says.says["server_info"] = () => ({ info: { network_id: 0, validated_ledger: { reserve_base_xrp: 1, reserve_inc_xrp: 0.2 } } });
  node = new LedgerNode(aNetwork("MAINNET", { endpoints: [says.url] }), { requestMs: 3000 });
});
afterEach(() => {
  node.close();
  says.stop();
});

function there(accounts: Accounts): void {
  says.says["account_info"] = ({ account }) => {
    const root = accounts[String(account)];
    return root === undefined ? { error: "actNotFound" } : { account_data: { Sequence: 734, Balance: "25000000", OwnerCount: 2, Flags: 0, ...root } };
  };
}

function lines(of: Record<string, Members[]>): void {
  says.says["account_lines"] = ({ account }) => ({ lines: of[String(account)] ?? [] });
}

const payment = (fields: Members = {}, meta = {}): OpenRequest => aTransaction("Payment", { Destination: BOB, Amount: "2500000", ...fields }, meta);

async function warned(request: OpenRequest, signs: { account?: string; key?: string } = {}): Promise<string[]> {
  const prepared = await prepare(request, signs.account ?? ALICE, node.network, { node, key: signs.key ?? signs.account ?? ALICE });
  return (await ledgerWarnings(prepared, node)).map((one) => `${one.level} ${one.code}`);
}

describe("the receiver", () => {
  it("that is there and asks for nothing is no reason to pause", async () => {
    there({ [ALICE]: {}, [BOB]: {} });

    expect(await warned(payment())).toEqual([]);
  });

  it.each([
    ["comes into being by what covers the reserve", { Amount: "1000000" }, ["caution destination_new"]],
    ["does not by less", { Amount: "999999" }, ["danger destination_below_reserve"]],
    ["does not by a token", { Amount: USD, SendMax: "1" }, ["danger destination_missing"]],
  ])("that is not there %s", async (_, fields, found) => {
    there({ [ALICE]: {} });

    expect(await warned(payment(fields))).toEqual(found);
  });

  it("of a check or an escrow must be there", async () => {
    there({ [ALICE]: {} });

    expect(await warned(aTransaction("CheckCreate", { Destination: BOB, SendMax: "1" }))).toEqual(["danger destination_missing"]);
  });

  it.each([
    ["without a tag", {}, ["danger tag_missing"]],
    ["with one, be it nought", { DestinationTag: 0 }, []],
  ])("that requires one, %s", async (_, fields, found) => {
    there({ [ALICE]: {}, [BOB]: { Flags: 0x20000 } });

    expect(await warned(payment(fields))).toEqual(found);
  });

  it("that requires a tag has it from an X-address", async () => {
    const [bob, tagged] = ["rGWrZyQqhTp9Xu7G5Pkayo7bXjH4k4QYpf", "XVLhHMPHU98es4dbozjVtdWzVrDjtV18pX8yuPT7y4xaEHi"];
    there({ [ALICE]: {}, [bob]: { Flags: 0x20000 } });

    expect(await warned(payment({ Destination: tagged }))).toEqual([]);
  });

  it("that does not want the network's own asset", async () => {
    there({ [ALICE]: {}, [BOB]: { Flags: 0x80000 } });

    expect(await warned(payment())).toEqual(["danger destination_refuses_native"]);
  });

  it("that approves who pays, and has not, or has, or nobody can say", async () => {
    there({ [ALICE]: {}, [BOB]: { Flags: 0x1000000 } });
    const found = ["danger destination_asks_first"];

    expect(await warned(payment())).toEqual(found);
    says.says["deposit_authorized"] = () => ({ deposit_authorized: false });
    expect(await warned(payment())).toEqual(found);
    says.says["deposit_authorized"] = () => ({ deposit_authorized: true });
    expect(await warned(payment())).toEqual([]);
  });
});

describe("the balance", () => {
  // Of 25 XRP 1.4 are kept: 1 for the account, 0.2 for each of two objects.
  it.each([
    ["23600000", []],
    ["23600001", ["danger balance_low"]],
  ])("covers %s drops and the reserve, or not", async (Amount, found) => {
    there({ [ALICE]: {}, [BOB]: {} });

    expect(await warned(payment({ Amount }))).toEqual(found);
  });

  it("is told with what is needed", async () => {
    there({ [ALICE]: { Balance: "1900000" }, [BOB]: {} });
    const prepared = await prepare(payment(), ALICE, node.network, { node });

    const [warning] = await ledgerWarnings(prepared, node);

    expect(warning?.message.values).toEqual({ available: "0.5 XRP", needed: "2.500012 XRP", reserve: "1.4 XRP" });
  });

  it("covers the object that is left, and of anything else the fee", async () => {
    there({ [ALICE]: { Balance: "1599999", OwnerCount: 2 }, [BOB]: {} });

    expect(await warned(aTransaction("CheckCreate", { Destination: BOB, SendMax: "1" }))).toEqual(["danger balance_low"]);
    expect(await warned(aTransaction("AccountSet", {}))).toEqual([]);
    there({ [ALICE]: { Balance: "11" }, [BOB]: {} });
    expect(await warned(aTransaction("AccountSet", {}))).toEqual(["danger balance_low"]);
  });

  it("is measured by the server's list where the node does not say", async () => {
    says.says["server_info"] = () => ({ info: { network_id: 0 } });
    there({ [ALICE]: {}, [BOB]: {} });
    expect(await warned(payment({ Amount: "24900000" }))).toEqual([]);

    node.close();
    node = new LedgerNode(aNetwork("MAINNET", { endpoints: [says.url], reserves: { account: 1, object: 0.2 } }));
    expect(await warned(payment({ Amount: "24900000" }))).toEqual(["danger balance_low"]);
  });
});

describe("a token", () => {
  const mine = { currency: "USD", account: ISSUER, balance: "12.5", limit: "100" };
  const theirs = { currency: "USD", account: ISSUER, balance: "0", limit: "12.5" };

  it.each<[string, Members[], Members[], string[]]>([
    ["is held and can be held", [mine], [theirs], []],
    ["cannot be held by the receiver", [mine], [{ ...theirs, currency: "EUR" }], ["danger no_trust_line"]],
    ["is more than the receiver takes", [mine], [{ ...theirs, balance: "0.1" }], ["danger trust_line_full"]],
    ["is not there in the sum", [{ ...mine, balance: "12.4" }], [theirs], ["danger token_short"]],
    ["is not there at all", [], [theirs], ["danger token_short"]],
  ])("%s", async (_, ours, others, found) => {
    there({ [ALICE]: {}, [BOB]: {}, [ISSUER]: {} });
    lines({ [ALICE]: ours, [BOB]: others });

    expect(await warned(payment({ Amount: USD }))).toEqual(found);
  });

  it("that goes back to its issuer needs no line there", async () => {
    there({ [ALICE]: {}, [ISSUER]: {} });
    lines({ [ALICE]: [mine] });

    expect(await warned(payment({ Amount: USD, Destination: ISSUER }))).toEqual([]);
  });
});

describe("whose key it is", () => {
  it("is told of a regular key that is none, and of one that is", async () => {
    there({ [ALICE]: { RegularKey: ISSUER }, [BOB]: {} });

    expect(await warned(payment(), { account: ALICE, key: BOB })).toEqual(["danger not_regular_key"]);
    expect(await warned(payment(), { account: ALICE, key: ISSUER })).toEqual([]);
    expect(await warned(aRequest("SignIn", { SignIn: true, ...CHALLENGE }), { account: ALICE, key: BOB })).toEqual(["danger not_regular_key"]);
  });

  it("is told of a key that is switched off", async () => {
    there({ [ALICE]: { Flags: 0x100000 }, [BOB]: {} });

    expect(await warned(payment())).toEqual(["danger master_key_off"]);
  });

  it("is told of an account that is not there, where the app submits later", async () => {
    there({ [BOB]: {} });

    expect(await warned(payment({}, { submit: false }))).toEqual(["caution account_missing"]);
  });

  it("is told of one of several who is not on the list", async () => {
    const together = payment({ Account: BOB, Destination: ISSUER, Fee: "36", Sequence: 1 }, { multisign: true });
    const list = (Account: string): Members => ({ signer_lists: [{ SignerQuorum: 1, SignerEntries: [{ SignerEntry: { Account, SignerWeight: 1 } }] }] });

    there({ [ALICE]: {}, [BOB]: list(ALICE), [ISSUER]: {} });
    expect(await warned(together)).toEqual([]);
    there({ [ALICE]: {}, [BOB]: list(ISSUER), [ISSUER]: {} });
    expect(await warned(together)).toEqual(["danger not_a_signer"]);
    there({ [ALICE]: {}, [BOB]: {}, [ISSUER]: {} });
    expect(await warned(together)).toEqual(["danger not_a_signer"]);
  });

  it("decides who can be signed for, of those whom the request names", async () => {
    const found = signatoriesFor(payment({ Account: BOB }), [ALICE, ISSUER]);
    const own = [ALICE, ISSUER].map((account) => ({ account, key: account }));

    expect(found).toEqual([...own, { account: BOB, key: ALICE }, { account: BOB, key: ISSUER }]);
    there({ [BOB]: { RegularKey: ISSUER } });
    expect(await rightfulSignatories(found, node)).toEqual([...own, { account: BOB, key: ISSUER }]);
    there({});
    expect(await rightfulSignatories(found, node)).toEqual(own);
    says.stop();
    expect(await rightfulSignatories(found, node)).toEqual(found);
  });
});

describe("what a node does not say", () => {
  it("is not said, and the rest is", async () => {
    there({ [ALICE]: {}, [BOB]: { Flags: 0x20000 } });
    const prepared = await prepare(payment({ Amount: "24999999" }), ALICE, node.network, { node });
    says.says["account_info"] = ({ account }) => (account === ALICE ? { error: "invalidParams" } : { account_data: { Sequence: 1, Balance: "1", OwnerCount: 0, Flags: 0x20000 } });

    expect((await ledgerWarnings(prepared, node)).map((one) => one.code)).toEqual(["tag_missing"]);
    says.stop();
    expect(await ledgerWarnings(prepared, node)).toEqual([]);
    expect(await ledgerWarnings(prepared, null)).toEqual([]);
  });

  it("a sign-in with an own key asks nothing", async () => {
    there({});

    expect(await warned(aRequest("SignIn", { SignIn: true, ...CHALLENGE }))).toEqual([]);
    expect(says.asked).toEqual([]);
  });
});

const hex = (text: string): string => Array.from(new TextEncoder().encode(text), (one) => one.toString(16).padStart(2, "0")).join("").toUpperCase();
const CHALLENGE = {
  Memos: [
    {
      Memo: {
        MemoType: hex("sealgate-challenge"),
        MemoData: hex(JSON.stringify({ v: 1, payload: "5b1c6d1e-0a34-4c7b-9d52-2f3f6f0f7a11", domain: "sign.example", app: "0c4b8a57-5a4f-4f0c-8d4e-9f2f7b1f3a22", origin: null, nonce: "00", iat: 1, number: "42" })),
      },
    },
  ],
};
