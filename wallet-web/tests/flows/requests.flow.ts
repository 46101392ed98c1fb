// Requests from an app to its answer, through a running platform.

import { beforeAll, describe, expect, it } from "vitest";
import type { KeyPair } from "../../src/ledger";
import { LedgerNode, type Network } from "../../src/nodes";
import { answer, chooseNetwork, explain, openRequest, prepare, type Prepared, reject, resume, unfinished } from "../../src/requests";
import { Offline, type WalletServer } from "../../src/server";
import { asks, fundedKeys, pairedWallet, sandbox, seen, signWith } from "./platform";

const GENESIS = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh";
const PAYMENT = { TransactionType: "Payment", Destination: GENESIS, Amount: "2500000" };

let server: WalletServer;
let keys: KeyPair;
let network: Network;
let networks: Network[];
let node: LedgerNode;

beforeAll(async () => {
  server = await pairedWallet();
  keys = await fundedKeys();
  ({ network, networks, node } = await sandbox(server));
  return () => node.close();
});

async function prepared(uuid: string, asked: LedgerNode | null = node): Promise<Prepared> {
  const request = await openRequest(server, uuid, "DEEP_LINK");
  return prepare(request, keys.address, chooseNetwork(request, networks, "SANDBOX"), { node: asked });
}

describe("a sign-in", () => {
  it("is bound to the app, signed without a type, and accepted", async () => {
    const uuid = await asks({ TransactionType: "SignIn" });

    const ready = await prepared(uuid);
    const result = await answer(server, ready, { sign: signWith(keys), method: "PASSPHRASE", node });

    expect(ready.request.challenge).toMatchObject({ payload: uuid, domain: expect.stringContaining("localhost") as string });
    expect(ready.transaction).not.toHaveProperty("TransactionType");
    expect(result).toMatchObject({ signed: true, account: keys.address, network: null, dispatched: null });
    expect(await seen(uuid)).toMatchObject({
      response: { account: keys.address, txid: result.txid },
      payload: { signmethod: "PASSPHRASE", origintype: "DEEP_LINK" },
    });
  });

  it("tells the page that asked and the number to compare", async () => {
    const explained = explain(await prepared(await asks({ TransactionType: "SignIn" })));

    expect(explained.title).toEqual({ key: "request.title.SignIn", values: { app: expect.any(String) as string, type: "SignIn" } });
    expect(explained.facts.map((fact) => fact.label)).toContain("request.fact.server");
    expect(explained.warnings.filter((one) => one.level !== "info")).toEqual([]);
  });
});

describe("a payment", () => {
  it("is filled in from the ledger, handed in, submitted, reported and followed to the end", async () => {
    const uuid = await asks(PAYMENT, { options: { force_network: "SANDBOX" } });
    const steps: string[] = [];

    const ready = await prepared(uuid);
    const result = await answer(server, ready, { sign: signWith(keys), method: "BIOMETRIC", node, onStep: (step) => steps.push(step) });

    expect(ready.filled).toEqual([]);
    expect(ready.transaction).toMatchObject({ ...PAYMENT, Account: keys.address, Fee: "12", Sequence: expect.any(Number) as number });
    expect(result.dispatched).toEqual({ to: network.endpoints[0], nodetype: "SANDBOX", result: "tesSUCCESS" });
    expect(result.ending).toMatchObject({ validated: true, result: "tesSUCCESS" });
    expect(steps).toEqual(["signing", "handing_in", "submitting", "following", "done"]);
    expect((await seen(uuid)).response).toMatchObject({ dispatched_result: "tesSUCCESS", dispatched_nodetype: "SANDBOX" });
  });

  it("that is not to be submitted stays with the app", async () => {
    const uuid = await asks(PAYMENT, { options: { submit: false } });

    const result = await answer(server, await prepared(uuid), { sign: signWith(keys), method: "OTHER", node });

    expect(result).toMatchObject({ signed: true, dispatched: null, ending: null });
    expect((await seen(uuid)).response["dispatched_result"]).toBeNull();
  });

  it("without a node is signed with defaults that are said, and not submitted", async () => {
    const ready = await prepared(await asks(PAYMENT), null);

    expect(ready.filled).toEqual(["Fee", "Sequence"]);
    expect(explain(ready, { chosen: "SANDBOX" }).warnings.map((one) => one.code)).toContain("guessed");
    await expect(answer(server, ready, { sign: signWith(keys), method: "OTHER" })).resolves.toMatchObject({ signed: true, dispatched: null });
  });

  it("of an account that is not there is refused before anything is signed", async () => {
    const stranger = await fundedKeysOfNobody();
    const request = await openRequest(server, await asks(PAYMENT), "QR");

    await expect(prepare(request, stranger, network, { node })).rejects.toMatchObject({ reason: "account_not_on_ledger" });
  });
});

describe("a claim", () => {
  it("is signed alone, and reports no hash", async () => {
    const uuid = await asks({ TransactionType: "PaymentChannelAuthorize", Channel: "5DB01B7FFED6B67E6B0414DED11E051D2EE2B7619CE0EAA6286D67A3A4D5BDB3", Amount: "1000000" });

    const result = await answer(server, await prepared(uuid), { sign: signWith(keys), method: "OTHER" });

    expect(result).toMatchObject({ signed: true, txid: null });
    expect((await seen(uuid)).meta).toMatchObject({ signed: true });
  });
});

describe("a rejection", () => {
  it("tells the app, with the reason", async () => {
    const uuid = await asks(PAYMENT);
    const request = await openRequest(server, uuid, "QR");

    const result = await reject(server, request, { reason: " not me " });

    expect(result).toMatchObject({ signed: false, txid: null, wayBack: { kind: "other_window" } });
    expect((await seen(uuid)).meta).toMatchObject({ resolved: true, signed: false });
    await expect(openRequest(server, uuid, "QR")).rejects.toMatchObject({ reason: "answered" });
  });
});

describe("one press", () => {
  it("is one signature, however often it is pressed", async () => {
    const ready = await prepared(await asks({ TransactionType: "SignIn" }));
    let signatures = 0;
    const sign = signWith(keys);
    const options = { sign: (...given: Parameters<typeof sign>) => ((signatures += 1), sign(...given)), method: "OTHER" as const };

    const [first, second] = await Promise.allSettled([answer(server, ready, options), answer(server, ready, options)]);
    const third = await answer(server, ready, options);

    expect(first.status).toBe("fulfilled");
    expect(second).toMatchObject({ status: "rejected", reason: { reason: "busy", canRetry: true } });
    expect(third.txid).toBe((first as PromiseFulfilledResult<typeof third>).value.txid);
    expect(signatures).toBe(1);
  });

  it("whose answer was lost hands in the same blob again", async () => {
    const uuid = await asks({ TransactionType: "SignIn" });
    const ready = await prepared(uuid);
    const fetch_ = globalThis.fetch;
    const blobs: unknown[] = [];
    globalThis.fetch = async (url, init) => {
      const response = await fetch_(url, init);
      if (init?.method !== "PATCH") return response;
      blobs.push((JSON.parse(new TextDecoder().decode(init.body as Uint8Array)) as { signed_blob: string }).signed_blob);
      // It arrived, and nobody hears of it.
      if (blobs.length === 1) throw new TypeError("the network went away");
      return response;
    };
    try {
      const result = await answer(server, ready, { sign: signWith(keys), method: "OTHER" });

      expect(blobs).toHaveLength(2);
      expect(blobs[0]).toBe(blobs[1]);
      expect(result).toMatchObject({ signed: true });
    } finally {
      globalThis.fetch = fetch_;
    }
  });

  it("while there is no connection is kept, and brought to its end later without a second signature", async () => {
    const uuid = await asks(PAYMENT, { options: { force_network: "SANDBOX" } });
    const ready = await prepared(uuid);
    const fetch_ = globalThis.fetch;
    globalThis.fetch = () => Promise.reject(new TypeError("no network"));
    try {
      await expect(answer(server, ready, { sign: signWith(keys), method: "OTHER", node })).rejects.toMatchObject({ reason: "offline" });
    } finally {
      globalThis.fetch = fetch_;
    }

    expect(await unfinished(server)).toEqual([{ uuid, app: expect.any(String) as string, type: "Payment" }]);
    const result = await resume(server, uuid, () => node);

    expect(result).toMatchObject({ signed: true, ending: { validated: true } });
    expect(await unfinished(server)).toEqual([]);
  });
});

async function fundedKeysOfNobody(): Promise<string> {
  const { deriveKeys, newSecret } = await import("../../src/ledger");
  return (await deriveKeys(await newSecret("seed", "ed25519"))).address;
}

it("without a server says that there is no connection", async () => {
  const fetch_ = globalThis.fetch;
  globalThis.fetch = () => Promise.reject(new TypeError("no network"));
  try {
    await expect(server.ping()).rejects.toBeInstanceOf(Offline);
  } finally {
    globalThis.fetch = fetch_;
  }
});
