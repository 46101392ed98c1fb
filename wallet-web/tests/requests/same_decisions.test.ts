// What this wallet makes of a request is what `sealgate wallet` makes of it: both are held to the same vectors.
// tests/unit/cli/test_same_decisions.py is the other half.

import { beforeAll, describe, expect, it } from "vitest";
import xahau from "../../../src/sealgate/ledger/data/xahau.json";
import vectors from "../../../tests/vectors/wallet_requests.json";
import { deriveKeys, type KeyPair, signTransaction } from "../../src/ledger";
import type { Facts } from "../../src/nodes";
import { prepare } from "../../src/requests";
import { diffOf } from "../../src/requests/diff";
import { signOptions } from "../../src/requests/answer";
import type { Conditions, Members } from "../../src/server";
import { keys as seeds } from "../ledger/vectors";
import { aNetwork, aNode, aRequest, XAHAU } from "./a_request";

interface Case {
  name: string;
  tx_type: string;
  request_json: Members;
  meta: Partial<Conditions>;
  key: "ed25519" | "secp256k1";
  network: string;
  ledger: Facts | null;
  outcome: Members | null;
}

const cases = vectors.cases as unknown as Case[];
const keys: Record<string, KeyPair> = {};

beforeAll(async () => {
  for (const algorithm of ["ed25519", "secp256k1"] as const) {
    keys[algorithm] = await deriveKeys({ kind: "seed", algorithm, text: seeds[algorithm].seed });
  }
});

async function outcome(one: Case): Promise<Members | null> {
  const network = one.network === "XAHAU" ? XAHAU : aNetwork(one.network);
  const signer = keys[one.key]!;
  const node = one.ledger === null ? null : aNode(network, one.ledger, xahau as Members);
  try {
    const prepared = await prepare(aRequest(one.tx_type, one.request_json, one.meta), signer.address, network, { node });
    const signed = await signTransaction(prepared.transaction, signer, signOptions(prepared));
    return {
      transaction: prepared.transaction,
      filled: prepared.filled,
      blob: signed.signedBlob,
      txid: signed.txid,
      multisigned: signed.multisigned,
      lines: diffOf(prepared).map((line) => [line.mark, line.field]),
    };
  } catch {
    return null;
  }
}

describe("decides as sealgate wallet does", () => {
  it.each(cases)("$name", async (one) => {
    expect(await outcome(one)).toEqual(one.outcome);
  });
});
