// What a wallet asks of a network's node: what to fill in, handing over, what became of it. (wallet-api 10)

import { NodeRefused, NodeUnavailable } from "./errors";
import type { Network } from "./network";
import { NodePool } from "./pool";
import type { Answer } from "./socket";
import { watchAccount } from "./watch";

const SMALLEST_FEE_DROPS = 12;
const NO_ANSWER = "telFAILED";
const FOLLOW_FOR_MS = 90_000;
const LOOK_EVERY_MS = 1_000;
const LONGEST_RESULT = 64;
const DROPS = 1_000_000;

/** What is filled in for an account at this moment. */
export interface Facts {
  /** In drops. */
  fee: string;
  /** The account's next one. */
  sequence: number;
  /** Index of the ledger that is open now. */
  ledger: number;
}

/** An account on the ledger. */
export interface AccountState {
  /** In drops. */
  balance: string;
  sequence: number;
  /** How many objects it has to keep a reserve for. */
  ownerCount: number;
  flags: number;
  /** Address of the key that may sign beside the account's own; null without one. */
  regularKey: string | null;
  /** Who may sign together; null without such a list. */
  signers: readonly string[] | null;
}

/** What an account must keep, and for each object it owns, in drops. */
export interface Reserves {
  account: bigint;
  object: bigint;
}

/** A trust line seen from the account: a positive balance is what it holds. Decimal text. */
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

export interface FollowOptions {
  /** Longest time to wait. */
  waitMs?: number;
  everyMs?: number;
  signal?: AbortSignal;
}

/** The nodes of one network: what fails is asked of the next. Connects when it is first asked. */
export class LedgerNode {
  readonly network: Network;
  readonly #pool: NodePool;

  constructor(network: Network, options: { requestMs?: number } = {}) {
    this.network = network;
    this.#pool = new NodePool(network, options.requestMs);
  }

  /** Address of the node that is asked; empty where the network has none. */
  get url(): string {
    return this.#pool.url;
  }

  /** @throws NodeRefused (`actNotFound`: the account is not there), NodeUnavailable */
  async facts(account: string): Promise<Facts> {
    const [fee, info, current] = await Promise.all([
      this.#pool.request("fee"),
      this.#pool.request("account_info", { account, ledger_index: "current" }),
      this.#pool.request("ledger_current"),
    ]);
    const drops = Number(within(fee, "drops")["base_fee"]);
    return {
      fee: String(Math.max(SMALLEST_FEE_DROPS, this.#whole(drops))),
      sequence: this.#whole(within(info, "account_data")["Sequence"]),
      ledger: this.#whole(current["ledger_current_index"]),
    };
  }

  /** The fee that a usual transaction costs now, in drops. @throws NodeRefused, NodeUnavailable */
  async fee(): Promise<string> {
    const fee = await this.#pool.request("fee");
    return String(Math.max(SMALLEST_FEE_DROPS, this.#whole(Number(within(fee, "drops")["base_fee"]))));
  }

  /** Null where the ledger has no such account. @throws NodeRefused, NodeUnavailable */
  async account(address: string): Promise<AccountState | null> {
    let info: Answer;
    try {
      info = await this.#pool.request("account_info", { account: address, ledger_index: "validated", signer_lists: true });
    } catch (problem) {
      if (problem instanceof NodeRefused && problem.error === "actNotFound") return null;
      throw problem;
    }
    const root = within(info, "account_data");
    return {
      balance: decimal(root["Balance"]),
      sequence: this.#whole(root["Sequence"]),
      ownerCount: this.#whole(root["OwnerCount"]),
      flags: this.#whole(root["Flags"]),
      regularKey: typeof root["RegularKey"] === "string" ? root["RegularKey"] : null,
      signers: signersIn(root["signer_lists"] ?? info["signer_lists"]),
    };
  }

  /** Call the listener whenever the account may have changed, until it is stopped by what this returns. */
  watch(address: string, changed: () => void): () => void {
    return watchAccount(this.#pool, address, changed);
  }

  /** Of the last validated ledger. @throws NodeRefused, NodeUnavailable */
  async reserves(): Promise<Reserves> {
    const ledger = within(within(await this.#pool.request("server_info"), "info"), "validated_ledger");
    const drops = (value: unknown): bigint => BigInt(this.#whole(Math.round(Number(value) * DROPS)));
    return { account: drops(ledger["reserve_base_xrp"]), object: drops(ledger["reserve_inc_xrp"]) };
  }

  /** Whether one account may pay the other without being asked. @throws NodeRefused, NodeUnavailable */
  async mayDeposit(from: string, to: string): Promise<boolean> {
    const answer = await this.#pool.request("deposit_authorized", { source_account: from, destination_account: to, ledger_index: "validated" });
    return answer["deposit_authorized"] === true;
  }

  /** The first 200 trust lines of an account, or those with one other. @throws NodeRefused, NodeUnavailable */
  async lines(address: string, peer?: string): Promise<TrustLine[]> {
    const answer = await this.#pool.request("account_lines", { account: address, ledger_index: "validated", limit: 200, ...(peer === undefined ? {} : { peer }) });
    const lines: unknown = answer["lines"];
    return (Array.isArray(lines) ? (lines as Answer[]) : []).map((line) => ({
      currency: String(line["currency"]),
      issuer: String(line["account"]),
      balance: decimal(line["balance"]),
      limit: decimal(line["limit"]),
    }));
  }

  /** Fields and types of the network, for one that has its own. @throws NodeRefused, NodeUnavailable */
  definitions(): Promise<Answer> {
    return this.#pool.request("server_definitions");
  }

  /** Hand a transaction over: the preliminary result, the node's refusal, or `telFAILED` where no node answered. */
  async submit(blob: string, options: { failHard?: boolean } = {}): Promise<string> {
    try {
      const answer = await this.#pool.request("submit", { tx_blob: blob, ...(options.failHard ? { fail_hard: true } : {}) });
      const result = answer["engine_result"];
      return typeof result === "string" && result !== "" ? result.slice(0, LONGEST_RESULT) : NO_ANSWER;
    } catch (problem) {
      if (problem instanceof NodeRefused) return problem.error;
      if (problem instanceof NodeUnavailable) return NO_ANSWER;
      throw problem;
    }
  }

  /** What becomes of a transaction, within 90 seconds. `lastLedger`: its `LastLedgerSequence`, null without one. */
  async follow(txid: string, lastLedger: number | null, options: FollowOptions = {}): Promise<Ending> {
    const until = Date.now() + (options.waitMs ?? FOLLOW_FOR_MS);
    while (!options.signal?.aborted) {
      const ending = await this.#look(txid, lastLedger);
      if (ending !== null) return ending;
      if (Date.now() >= until) break;
      await new Promise((resolve) => setTimeout(resolve, options.everyMs ?? LOOK_EVERY_MS));
    }
    return { validated: null, result: null, ledgerIndex: null };
  }

  close(): void {
    this.#pool.close();
  }

  async #look(txid: string, lastLedger: number | null): Promise<Ending | null> {
    let index: unknown;
    try {
      // In this order: a ledger that closes in between must not look like the end.
      index = (await this.#pool.request("ledger", { ledger_index: "validated" }))["ledger_index"];
      const answer = await this.#pool.request("tx", { transaction: txid });
      const result = within(answer, "meta")["TransactionResult"];
      if (answer["validated"] !== true || typeof result !== "string") return null;
      const ledgerIndex = answer["ledger_index"];
      return { validated: true, result, ledgerIndex: typeof ledgerIndex === "number" ? ledgerIndex : null };
    } catch (problem) {
      const isOver = lastLedger !== null && typeof index === "number" && index > lastLedger;
      if (problem instanceof NodeRefused) {
        return problem.error === "txnNotFound" && isOver ? { validated: false, result: null, ledgerIndex: null } : null;
      }
      if (problem instanceof NodeUnavailable) return null;
      throw problem;
    }
  }

  #whole(value: unknown): number {
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
    throw new NodeUnavailable(this.network.key, "its answer makes no sense");
  }
}

function within(answer: Answer, name: string): Answer {
  const value = answer[name];
  return typeof value === "object" && value !== null ? (value as Answer) : {};
}

const decimal = (value: unknown): string => (typeof value === "string" ? value.slice(0, 64) : "0");

/** Accounts on the one list of signers that an account can have. */
function signersIn(lists: unknown): string[] | null {
  const [list] = Array.isArray(lists) ? (lists as Answer[]) : [];
  const entries: unknown = list?.["SignerEntries"];
  if (!Array.isArray(entries)) return null;
  return (entries as Answer[]).map((entry) => String(within(entry, "SignerEntry")["Account"]));
}
