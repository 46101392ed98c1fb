// The networks that the server lists, as a wallet needs them. (platform-api 11)

import type { Rail } from "../server";

/** Networks with a larger id require `NetworkID` in every transaction, the others forbid it. (wallet-api 10.2) */
const LARGEST_ID_WITHOUT_FIELD = 1024;

/** A network of the server's list. */
export interface Network {
  /** Rail key: `MAINNET`, `SANDBOX`, … */
  key: string;
  networkId: number;
  /** Whether a transaction must carry `NetworkID`. */
  needsNetworkId: boolean;
  name: string;
  nativeAsset: string;
  /** Whether what is on it is worth anything. */
  isLive: boolean;
  /** As CSS has it. */
  color: string;
  /** `wss:` addresses (`ws:` of this machine's), best first; empty where nothing can be asked or submitted. */
  endpoints: readonly string[];
  explorers: readonly { name: string; url_tx: string; url_account?: string }[];
  /** What an account must keep, and for each object it owns, in the native asset; null where nobody said. */
  reserves: { account: number; object: number } | null;
  /** Whether it has transactions of its own, so that a node has to be asked how they are written. */
  hasOwnDefinitions: boolean;
  /** `data:` URL of a picture. */
  icon: string;
}

/** The networks of a list, in its order. */
export function networksOf(rails: Record<string, Rail>): Network[] {
  return Object.entries(rails).map(([key, rail]) => ({
    key,
    networkId: rail.chain_id,
    needsNetworkId: rail.chain_id > LARGEST_ID_WITHOUT_FIELD,
    name: rail.name,
    nativeAsset: rail.native_asset,
    isLive: rail.is_livenet,
    color: rail.color,
    endpoints: rail.endpoints.map((one) => one.url).filter(isSocketAddress),
    explorers: rail.explorers,
    reserves: rail.reserves ?? null,
    hasOwnDefinitions: rail.definitions !== undefined && rail.definitions !== "default",
    icon: rail.icons.icon_square,
  }));
}

const isSocketAddress = (url: string): boolean => /^wss?:\/\//.test(url);
