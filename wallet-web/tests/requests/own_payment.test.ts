import { describe, expect, it } from "vitest";
import type { Signed } from "../../src/ledger";
import { type Facts, type LedgerNode, NodeUnavailable } from "../../src/nodes";
import { amountOf, explain, needsAmount, ownPayment, pay, prepare, readCode, type OpenRequest } from "../../src/requests";
import { ALICE, aNetwork, BOB, ISSUER } from "./a_request";

const MAINNET = aNetwork("MAINNET");
const FACTS: Facts = { fee: "12", sequence: 734, ledger: 9_000_000 };
const SIGNED: Signed = { signedBlob: "AB", txid: "CD".repeat(32), signPubKey: "ED", multisigned: "", signedJson: {} };

function payment(text: string): OpenRequest {
  const code = readCode(text, []);
  if (code.kind !== "payment") throw new Error(`${text} is ${code.kind}`);
  return ownPayment(code.payment);
}

/** A node that takes what it is given, and says this of it. */
function aNode(result: string, submitted: string[] = []): LedgerNode {
  const node = {
    network: MAINNET,
    url: "wss://node.example",
    facts: async () => FACTS,
    submit: async (blob: string) => (submitted.push(blob), result),
    follow: async () => ({ validated: true, result, ledgerIndex: 9_000_001 }),
  };
  return node as unknown as LedgerNode;
}

describe("a payment of one's own", () => {
  it("is what the code asks for, and explained like any other", async () => {
    const request = payment(`xrpl://${BOB}?amount=2.5&dt=7&invoiceid=${"0F".repeat(32)}`);

    const prepared = await prepare(request, ALICE, MAINNET, { node: aNode("tesSUCCESS") });
    const told = explain(prepared);

    expect(prepared.transaction).toEqual({
      TransactionType: "Payment", Destination: BOB, DestinationTag: 7, Amount: "2500000", InvoiceID: "0F".repeat(32),
      Account: ALICE, Fee: "12", Sequence: 734, LastLedgerSequence: 9_000_020,
    });
    expect(told.title.key).toBe("request.title.Payment");
    expect(told.warnings).toEqual([]);
  });

  it("of a token has its issuer, and one without an amount asks for it", async () => {
    const request = payment(`xrpl://${BOB}?currency=USD&issuer=${ISSUER}`);

    expect(needsAmount(request)).toBe(true);
    expect(amountOf("12.5", request.own!)).toEqual({ currency: "USD", issuer: ISSUER, value: "12.5" });
  });

  it.each([
    ["1", "1000000"],
    ["0.000001", "1"],
    ["0.0000001", null],
    ["0.000", null],
    ["100000000000.000001", null],
    ["-1", null],
    ["1e3", null],
  ])("of %s is %s drops", (text, drops) => {
    expect(amountOf(text, { currency: null, issuer: null })).toBe(drops);
  });

  it("that is no amount, or for a network that is not meant, is refused", () => {
    expect(() => payment(`xrpl://${BOB}?amount=0.0000001`)).toThrow(expect.objectContaining({ reason: "field_invalid" }) as Error);
    expect(readCode(`xrpl://${BOB}?amount=1&currency=XAH&network=MAINNET`, [])).toEqual({ kind: "refused", reason: "payment_invalid" });
    expect(payment(`xrpl://${BOB}?amount=1&currency=XAH`).view.meta.force_network).toBe("XAHAU");
  });

  it("is submitted once, followed, and told to nobody", async () => {
    const submitted: string[] = [];
    const node = aNode("tesSUCCESS", submitted);
    const prepared = await prepare(payment(`${BOB}:7`), ALICE, MAINNET, { node, amount: "1000000" });
    const options = { sign: async () => SIGNED, method: "OTHER" as const, node };

    const [first, second] = await Promise.allSettled([pay(prepared, options), pay(prepared, options)]);

    expect(submitted).toEqual(["AB"]);
    expect(first).toMatchObject({ status: "fulfilled", value: { signed: true, account: ALICE, reference: null, ending: { validated: true } } });
    expect(second).toMatchObject({ status: "rejected", reason: { reason: "busy" } });
  });

  it("that no ledger can take is not waited for", async () => {
    const node = { ...aNode("temBAD_AMOUNT"), follow: () => Promise.reject(new Error("waited")) } as unknown as LedgerNode;
    const prepared = await prepare(payment(BOB), ALICE, MAINNET, { node, amount: "1" });

    expect(await pay(prepared, { sign: async () => SIGNED, method: "OTHER", node })).toMatchObject({ dispatched: { result: "temBAD_AMOUNT" }, ending: null });
  });

  it("is not made by guess where no node answers", async () => {
    const silent = { ...aNode(""), facts: () => Promise.reject(new NodeUnavailable("MAINNET", "silent")) } as unknown as LedgerNode;

    for (const node of [silent, null]) {
      await expect(prepare(payment(BOB), ALICE, MAINNET, { node, amount: "1" })).rejects.toMatchObject({ reason: "node_unavailable", canRetry: true });
    }
  });
});
