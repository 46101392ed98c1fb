// A network's nodes as a wallet uses them: what to fill in, handing a transaction over, and what becomes of it.
//
// Owns the connection to a node and the change to another one. Offers `networksOf` and `LedgerNode`. Never sees a key,
// and never decides what is signed: a node that lies can make a transaction fail, and nothing else.

import type { Rail } from "../server";

/** A network of the server's list. */
export interface Network {
  /** Rail key: `MAINNET`, `SANDBOX`, … */
  key: string;
  /** Its id; above 1024 a transaction carries `NetworkID`. */
  networkId: number;
  needsNetworkId: boolean;
  name: string;
  nativeAsset: string;
  /** Whether what is on it is worth anything. */
  isLive: boolean;
  color: string;
  /** `wss:` (under dev `ws:`) addresses, best first; empty where nothing can be asked or submitted. */
  endpoints: readonly string[];
  explorers: readonly { name: string; url_tx: string; url_account?: string }[];
  /** What an account must keep, and for each object it owns, in the native asset; null where nobody said. */
  reserves: { account: number; object: number } | null;
  /** Whether its transactions are those of the XRP Ledger, which every codec knows. */
  hasOwnDefinitions: boolean;
  /** `data:` URL of a picture. */
  icon: string;
}

export declare function networksOf(rails: Record<string, Rail>): Network[];

/** What is filled in for an account at this moment: drops, its next sequence, the ledger that is open now. */
export interface Facts {
  fee: string;
  sequence: number;
  ledger: number;
}

/** An account on the ledger; drops as decimal text. */
export interface AccountState {
  balance: string;
  sequence: number;
  ownerCount: number;
  flags: number;
}

/** A trust line seen from the account: positive is what it holds. */
export interface TrustLine {
  currency: string;
  issuer: string;
  balance: string;
  limit: string;
}

/** What became of a transaction: `validated` false when its last ledger passed without it, null while nobody knows. */
export interface Ending {
  validated: boolean | null;
  result: string | null;
  ledgerIndex: number | null;
}

/** No node of the network gives a usable answer. */
export declare class NodeUnavailable extends Error {
  readonly network: string;
}

/** The node says no; `error` is its word, such as `actNotFound`. */
export declare class NodeRefused extends Error {
  readonly error: string;
}

/** The nodes of one network, one at a time: what fails is asked of the next. */
export declare class LedgerNode {
  constructor(network: Network, options?: { webSocket?: typeof WebSocket; requestMs?: number });
  readonly network: Network;
  /** Address of the node that answered last, or of the first one. */
  readonly url: string;
  /** NodeUnavailable without endpoints; NodeRefused `actNotFound` where the account is not there. */
  facts(account: string): Promise<Facts>;
  /** Null where the ledger has no such account. */
  account(address: string): Promise<AccountState | null>;
  lines(address: string): Promise<TrustLine[]>;
  /** `server_definitions`, for networks with types of their own. */
  definitions(): Promise<Record<string, unknown>>;
  /** The preliminary result, the node's refusal, or `telFAILED` where no node answered. */
  submit(blob: string, options?: { failHard?: boolean }): Promise<string>;
  follow(txid: string, lastLedger: number | null, options?: { waitMs?: number; signal?: AbortSignal }): Promise<Ending>;
  close(): void;
}
