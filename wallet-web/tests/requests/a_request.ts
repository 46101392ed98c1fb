// Requests as the server states them, and networks and nodes that say what a test tells them.

import type { Facts, LedgerNode, Network } from "../../src/nodes";
import type { OpenRequest } from "../../src/requests";
import { requestOf } from "../../src/requests/open";
import type { Conditions, Members, Statement } from "../../src/server";

export const UUID = "5b1c6d1e-0a34-4c7b-9d52-2f3f6f0f7a11";
export const APP = "0c4b8a57-5a4f-4f0c-8d4e-9f2f7b1f3a22";
export const ALICE = "rNmA127KQNq7oQ4ZG1EFwoV968ynsDPGR8";
export const BOB = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe";
export const ISSUER = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh";
export const NOON = new Date("2026-11-22T12:00:00Z");

export function statement(txType: string, requestJson: Members, meta: Partial<Conditions> = {}): Statement {
  return {
    v: 1,
    iss: "https://sign.example",
    iat: NOON.getTime() / 1000,
    device: "0c61a36f-fd1a-4c29-b556-80ebd5277684",
    meta: {
      uuid: UUID,
      multisign: false,
      submit: true,
      pathfinding: false,
      pathfinding_fallback: false,
      force_network: null,
      signers: null,
      custom_instruction: null,
      return_url_app: null,
      return_url_web: null,
      ...meta,
    },
    application: { uuidv4: APP, name: "Corner Shop", description: "", icon_url: null },
    payload: { tx_type: txType, request_json: requestJson, created_at: "2026-11-22T11:59:00Z", expires_at: "2026-11-23T12:00:00Z" },
    presentation: null,
  };
}

/** A request as it is once the server's signature was checked. */
export const aRequest = (txType: string, requestJson: Members, meta: Partial<Conditions> = {}): OpenRequest =>
  requestOf(statement(txType, requestJson, meta), "QR");

export const aTransaction = (txType: string, fields: Members, meta: Partial<Conditions> = {}): OpenRequest =>
  aRequest(txType, { TransactionType: txType, ...fields }, meta);

export function aNetwork(key: string, more: Partial<Network> = {}): Network {
  return {
    key,
    networkId: 0,
    needsNetworkId: false,
    name: key,
    nativeAsset: "XRP",
    isLive: true,
    color: "#000000",
    endpoints: ["wss://node.example"],
    explorers: [],
    reserves: null,
    hasOwnDefinitions: false,
    icon: "",
    ...more,
  };
}

export const XAHAU = aNetwork("XAHAU", { networkId: 21337, needsNetworkId: true, nativeAsset: "XAH", hasOwnDefinitions: true });

/** A node that says this of every account. */
export function aNode(network: Network, facts: Facts, definitions: Members = {}): LedgerNode {
  return { network, url: network.endpoints[0], facts: async () => facts, definitions: async () => definitions } as unknown as LedgerNode;
}
