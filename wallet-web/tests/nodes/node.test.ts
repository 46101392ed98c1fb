import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LedgerNode, networksOf } from "../../src/nodes";
import { aNetwork } from "../requests/a_request";
import { type Members, type Says, ScriptedNode } from "./scripted_node";

/** How long a node may be silent: what a busy machine needs to answer itself. */
const PATIENCE_MS = 3_000;
const ALICE = "rNmA127KQNq7oQ4ZG1EFwoV968ynsDPGR8";
const TXID = "AB".repeat(32);

let one: ScriptedNode;
let other: ScriptedNode;
let node: LedgerNode;

beforeEach(async () => {
  one = await new ScriptedNode().start();
  other = await new ScriptedNode().start();
  node = new LedgerNode(aNetwork("MAINNET", { endpoints: [one.url, other.url] }), { requestMs: PATIENCE_MS });
});
afterEach(() => {
  node.close();
  one.stop();
  other.stop();
});

describe("what is filled in", () => {
  it("comes from one node, over one connection", async () => {
    expect(await node.facts(ALICE)).toEqual({ fee: "12", sequence: 734, ledger: 1001 });
    expect(one.asked.filter((command) => command === "server_info")).toHaveLength(1);
    expect(other.asked).toEqual([]);
  });

  it("is more than the least fee where the node says so", async () => {
    one.says["fee"] = () => ({ drops: { base_fee: "250" } });

    expect((await node.facts(ALICE)).fee).toBe("250");
  });

  it("that makes no sense is not used", async () => {
    one.says["account_info"] = () => ({ account_data: { Sequence: "many" } });

    await expect(node.facts(ALICE)).rejects.toMatchObject({ name: "NodeUnavailable", network: "MAINNET" });
  });

  it("for an account that is not there is the node's word", async () => {
    one.says["account_info"] = () => ({ error: "actNotFound" });

    await expect(node.facts(ALICE)).rejects.toMatchObject({ name: "NodeRefused", error: "actNotFound" });
    expect(await node.account(ALICE)).toBeNull();
    expect(other.asked).toEqual([]);
  });
});

describe("the next node is asked", () => {
  it.each<[string, Says]>([
    ["drops the connection", () => "drop"],
    ["is silent", () => "hang"],
    ["is too busy", () => ({ error: "tooBusy" })],
    ["is of another network", () => ({ info: { network_id: 21337 } })],
  ])("where one %s", async (_, says) => {
    one.says["server_info"] = says;

    expect((await node.facts(ALICE)).sequence).toBe(734);
    expect(node.url).toBe(other.url);
  });

  it("where one is not there at all", async () => {
    one.stop();

    expect((await node.facts(ALICE)).sequence).toBe(734);
  });

  it("once each, and then nobody", async () => {
    one.stop();
    other.stop();

    await expect(node.facts(ALICE)).rejects.toMatchObject({ name: "NodeUnavailable" });
    expect(await node.submit("AB")).toBe("telFAILED");
  });

  it("anew over a connection of its own where the old one broke", async () => {
    await node.facts(ALICE);
    one.says["fee"] = () => "drop";
    await node.facts(ALICE);
    one.says["fee"] = () => ({ drops: { base_fee: "10" } });
    other.says["fee"] = () => "drop";

    expect((await node.facts(ALICE)).fee).toBe("12");
    expect(node.url).toBe(one.url);
  });
});

describe("a transaction", () => {
  it("that is handed over gets the preliminary result, or the node's refusal", async () => {
    const handed: Members[] = [];
    one.says["submit"] = (params) => (handed.push(params), { engine_result: "terQUEUED" });
    expect(await node.submit("AB", { failHard: true })).toBe("terQUEUED");
    expect(handed).toEqual([{ tx_blob: "AB", fail_hard: true }]);

    one.says["submit"] = () => ({ error: "invalidTransaction" });
    expect(await node.submit("AB")).toBe("invalidTransaction");
  });

  it("is followed until it is in a validated ledger, through silence", async () => {
    let looks = 0;
    one.says["tx"] = () => {
      looks += 1;
      if (looks === 1) return { error: "txnNotFound" };
      if (looks === 2) return { validated: false };
      return { validated: true, ledger_index: 1002, meta: { TransactionResult: "tecPATH_DRY" } };
    };

    expect(await node.follow(TXID, 1020, { everyMs: 1 })).toEqual({ validated: true, result: "tecPATH_DRY", ledgerIndex: 1002 });
  });

  it("whose last ledger has passed will never be", async () => {
    one.says["tx"] = () => ({ error: "txnNotFound" });

    expect(await node.follow(TXID, 999, { everyMs: 1 })).toEqual({ validated: false, result: null, ledgerIndex: null });
  });

  it("without a last ledger stays unknown, when the time is over or the person leaves", async () => {
    one.says["tx"] = () => ({ error: "txnNotFound" });
    const unknown = { validated: null, result: null, ledgerIndex: null };

    expect(await node.follow(TXID, null, { everyMs: 1, waitMs: 20 })).toEqual(unknown);
    expect(await node.follow(TXID, null, { signal: AbortSignal.abort() })).toEqual(unknown);
  });
});

describe("an account that is watched", () => {
  it("may have changed whenever the node tells of a validated transaction, or was not heard for a while", async () => {
    one.says["subscribe"] = other.says["subscribe"] = ({ accounts }) => ({ of: accounts });
    let changes = 0;
    const stop = node.watch(ALICE, () => (changes += 1));
    await vi.waitFor(() => expect(one.asked).toContain("subscribe"), PATIENCE_MS);

    one.tell({ type: "transaction", validated: false });
    one.tell({ type: "ledgerClosed" });
    one.tell({ type: "transaction", validated: true });
    await vi.waitFor(() => expect(changes).toBe(1), PATIENCE_MS);
    one.hangUp();
    await vi.waitFor(() => expect(changes).toBe(2), 5 * PATIENCE_MS);
    stop();

    await vi.waitFor(() => expect([...one.asked, ...other.asked]).toContain("unsubscribe"), PATIENCE_MS);
  }, 10 * PATIENCE_MS);
});

it("a network's list of rails is read: nodes that can be asked by a browser, and who has definitions of their own", () => {
  const rail = { chain_id: 21337, color: "#a16207", name: "Xahau", is_livenet: true, native_asset: "XAH", explorers: [], icons: { icon_square: "data:,", icon_asset: "data:," } };
  const endpoints = [{ name: "one", url: "https://xahau.example" }, { name: "two", url: "wss://xahau.example" }];

  const [xahau, main] = networksOf({ XAHAU: { ...rail, endpoints, definitions: "https://xahau.example" }, MAINNET: { ...rail, chain_id: 0, endpoints: [], definitions: "default" } });

  expect(xahau).toMatchObject({ key: "XAHAU", needsNetworkId: true, endpoints: ["wss://xahau.example"], hasOwnDefinitions: true });
  expect(main).toMatchObject({ needsNetworkId: false, endpoints: [], hasOwnDefinitions: false });
});
