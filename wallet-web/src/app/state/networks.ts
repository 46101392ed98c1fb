// The networks the server lists, and the one that is looked at. The list is kept, for starts without a network.

import { LedgerNode, networksOf, type Network } from "../../nodes";
import type { Rail } from "../../server";
import { brand } from "../brand";
import { Observed } from "./observe";
import { connectServer } from "./server";

const LIST = "sealgate.rails";
const CHOSEN = "sealgate.network";
const SANDBOX = "SANDBOX";

/** The networks, as last heard; empty before the first time. */
export const networks = new Observed<readonly Network[]>(keptNetworks());
/** Key of the network that balances are of, and that requests which name none are signed on. */
export const chosenNetwork = new Observed<string | null>(localStorage.getItem(CHOSEN));

const nodes = new Map<string, LedgerNode>();

/** Ask the server for its list. @throws as `connectServer` */
export async function readNetworks(): Promise<readonly Network[]> {
  const rails = await (await connectServer()).rails();
  localStorage.setItem(LIST, JSON.stringify(rails));
  networks.set(networksOf(rails));
  return networks.value;
}

/** The networks, asked for where none is known yet. */
export async function knownNetworks(): Promise<readonly Network[]> {
  return networks.value.length > 0 ? networks.value : readNetworks();
}

/** The network that is looked at: the chosen one, else the sandbox's own, else the main network. */
export function activeNetwork(known: readonly Network[] = networks.value): Network | null {
  const find = (key: string | null) => known.find((one) => one.key === key);
  return find(chosenNetwork.value) ?? (brand.dev ? find(SANDBOX) : undefined) ?? find("MAINNET") ?? known[0] ?? null;
}

/** Look at this network from now on. */
export function chooseNetworkKey(key: string): void {
  localStorage.setItem(CHOSEN, key);
  chosenNetwork.set(key);
}

/** The connection to a network's nodes: one for the whole app. */
export function nodeOf(network: Network): LedgerNode {
  const known = nodes.get(network.key);
  // A list that was read again may name other nodes.
  if (known !== undefined && known.network === network) return known;
  known?.close();
  const made = new LedgerNode(network);
  nodes.set(network.key, made);
  return made;
}

/** Whether this is the ledger a developer's sandbox brings along, with its faucet. */
export function isSandbox(network: Network): boolean {
  return brand.dev && network.key === SANDBOX;
}

/** Have the sandbox's faucet pay an account. */
export async function askFaucet(address: string): Promise<void> {
  const answer = await fetch("/__dev/ledger/faucet", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ destination: address }),
  });
  if (!answer.ok) throw new Error(`faucet: ${answer.status}`);
}

function keptNetworks(): readonly Network[] {
  try {
    const kept = localStorage.getItem(LIST);
    return kept === null ? [] : networksOf(JSON.parse(kept) as Record<string, Rail>);
  } catch {
    return [];
  }
}
