// A running `sealgate dev`, as an app and as a person meet it.

import "fake-indexeddb/auto";
import { writeFile } from "node:fs/promises";
import { afterAll } from "vitest";
import { WebSocket } from "ws";
import { deriveKeys, type KeyPair, newSecret, signTransaction } from "../../src/ledger";
import { LedgerNode, type Network, networksOf } from "../../src/nodes";
import type { Sign } from "../../src/requests";
import { type Members, WalletServer } from "../../src/server";

globalThis.WebSocket = WebSocket;

/** The answers with a signature that were handed in, as a file for whoever checks them: see `HANDED_IN`. */
const handedIn: Members[] = [];
const connected = globalThis.fetch;
globalThis.fetch = (url, init) => {
  if (init?.method === "PATCH" && init.body instanceof Uint8Array) {
    const answer = JSON.parse(new TextDecoder().decode(init.body)) as Members;
    if ("signed_blob" in answer) handedIn.push({ ...answer, uuid: String(url).split("/").at(-1) });
  }
  return connected(url, init);
};
afterAll(async () => {
  for (const answer of handedIn) {
    // A claim is the signature alone, so what it is of has to be said.
    if (!("tx_id" in answer)) answer["claim"] = (await seen(String(answer["uuid"]))).payload["request_json"];
  }
  if (env["HANDED_IN"] !== undefined) await writeFile(env["HANDED_IN"], JSON.stringify(handedIn));
});

const env = (globalThis as unknown as { process: { env: Record<string, string> } }).process.env;
export const URL_ = env["SEALGATE_URL"]!;

/** Call the platform API as the demo app. */
export async function platform(method: string, path: string, body?: unknown): Promise<Members> {
  const headers = {
    "x-api-key": env["SEALGATE_API_KEY"]!,
    "x-api-secret": env["SEALGATE_API_SECRET"]!,
    "content-type": "application/json",
  };
  const response = await fetch(`${URL_}/api/v1/platform/${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return (await response.json()) as Members;
}

/** Control the sandbox. */
export async function control(method: string, path: string, body?: unknown): Promise<Members> {
  const headers = { authorization: `Bearer ${env["SEALGATE_ADMIN_TOKEN"]!}`, "content-type": "application/json" };
  const response = await fetch(`${URL_}/__dev${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return (await response.json()) as Members;
}

/** Ask somebody to sign; the request's UUID. */
export async function asks(txjson: Members, more: Members = {}): Promise<string> {
  const made = await platform("POST", "payload", { txjson, ...more });
  if (typeof made["uuid"] !== "string") throw new Error(JSON.stringify(made));
  return made["uuid"];
}

/** The developer's view of a request. */
export const seen = (uuid: string): Promise<{ meta: Members; response: Members; payload: Members }> =>
  platform("GET", `payload/${uuid}`) as unknown as Promise<{ meta: Members; response: Members; payload: Members }>;

/** A browser with nothing in it that pairs. */
export async function pairedWallet(): Promise<WalletServer> {
  await WalletServer.forget({ at: URL_ });
  return WalletServer.connect({ at: URL_, name: "A browser" });
}

/** Fresh keys with an account of 1000 XRP on the sandbox ledger. */
export async function fundedKeys(): Promise<KeyPair> {
  const keys = await deriveKeys(await newSecret("seed", "ed25519"));
  await fetch(`${URL_}/__dev/ledger/faucet`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ destination: keys.address }),
  });
  return keys;
}

export const signWith = (keys: KeyPair): Sign => (_account, transaction, options) => signTransaction(transaction, keys, options);

export async function sandbox(server: WalletServer): Promise<{ network: Network; networks: Network[]; node: LedgerNode }> {
  const networks = networksOf(await server.rails());
  const network = networks.find((one) => one.key === "SANDBOX")!;
  return { network, networks, node: new LedgerNode(network) };
}
