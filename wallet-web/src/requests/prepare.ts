// From a request to the object that is signed: what is left out, and what is filled in. (wallet-api 6, 10.2)

import { type Codec, type Definitions, loadCodec, signInTemplate } from "../ledger";
import { type Facts, type LedgerNode, type Network, NodeRefused, NodeUnavailable } from "../nodes";
import type { Members } from "../server";
import type { OpenRequest } from "./open";
import { RequestRefused } from "./refusals";

const DEFAULT_FEE_DROPS = "12";
const DEFAULT_SEQUENCE = 1;
/** How many ledgers a transaction may wait for, where the request does not say. */
const LEDGERS_LEFT = 20;
/** A smaller LastLedgerSequence counts from the current ledger. */
const FIRST_ABSOLUTE_LEDGER = 32_570;

/** What will be signed, without signatures. */
export interface Prepared {
  readonly request: OpenRequest;
  /** Classic address of who signs. */
  readonly account: string;
  /** Address of the wallet's key that signs: another one than `account` where it is that account's regular key. */
  readonly key: string;
  readonly network: Network;
  readonly transaction: Members;
  /** Fields that were guessed because no node was asked. */
  readonly filled: readonly string[];
  /** What to encode by; null for the codec's own. */
  readonly definitions: Definitions | null;
  /** What the node said; null without one. */
  readonly facts: Facts | null;
}

export interface PrepareOptions {
  /** Without a node nothing is known of the account: `Fee` and `Sequence` are guessed and nothing is submitted. */
  node?: LedgerNode | null;
  /** Payment and CheckCash without `Amount`: what the person typed, as the ledger has it. */
  amount?: string | Members;
  /** Address of the key that signs for the account as its regular key; the account's own where left out. */
  key?: string;
  /** Of the key, 33 bytes in hex: for a payment channel that names no key. */
  publicKey?: string;
}

/** Whether the person has to say how much. */
export function needsAmount(request: OpenRequest): boolean {
  const { tx_type: type, request_json: asked } = request.view.payload;
  if (request.view.meta.multisign || given(asked, "Amount")) return false;
  return (type === "Payment" && !given(asked, "DeliverMax")) || (type === "CheckCash" && !given(asked, "DeliverMin"));
}

/**
 * Return the object to sign.
 *
 * @throws RequestRefused: it may not be signed with this account, or not here; `node_unavailable` may pass.
 */
export async function prepare(request: OpenRequest, account: string, network: Network, options: PrepareOptions = {}): Promise<Prepared> {
  const { meta, payload } = request.view;
  if (request.xapp !== null) throw new RequestRefused("xapp_message", { xapp: request.xapp });
  if (meta.signers !== null && !meta.signers.includes(account)) throw new RequestRefused("signer_not_here");
  if (meta.force_network !== null && meta.force_network !== network.key) throw new RequestRefused("network_unknown", { network: meta.force_network });
  const { key = account } = options;
  const node = options.node ?? null;
  const definitions = network.hasOwnDefinitions && node !== null ? await told(network, node.definitions()) : null;
  const codec = await loadCodec(definitions ?? undefined);
  const ready = (transaction: Members, filled: readonly string[] = [], facts: Facts | null = null): Prepared => {
    checkEncodes(codec, transaction);
    return { request, account, key, network, transaction, filled, definitions, facts };
  };

  if (payload.tx_type === "PaymentChannelAuthorize") return { request, account, key, network, transaction: claimOf(payload.request_json), filled: [], definitions, facts: null };
  const transaction = templateOf(request, codec);
  if (meta.multisign) {
    if (!given(transaction, "Account")) throw new RequestRefused("multisign_needs_account");
    if (transaction["Account"] === account) throw new RequestRefused("account_is_signer");
    return ready(transaction);
  }
  // Any other type takes the account of whoever answers: what the request names is a hint.
  if (payload.tx_type !== "Import" || !given(transaction, "Account")) transaction["Account"] = account;
  if (request.isSignIn) return ready(transaction);

  fillByType(request, transaction, options);
  if (network.needsNetworkId) transaction["NetworkID"] ??= network.networkId;
  const facts = node === null || node.url === "" ? null : await factsFor(request, network, node, String(transaction["Account"]));
  // What is guessed would be for nobody's ledger, and here nobody else fills it in.
  if (facts === null && request.own !== null) throw new RequestRefused("node_unavailable", { network: network.name });
  if (facts === null) return ready(transaction, fillByGuess(transaction));
  fillFromLedger(transaction, facts);
  return ready(transaction, [], facts);
}

/** What the ledger says of the account; null where it says nothing and the transaction goes elsewhere anyway. */
async function factsFor(request: OpenRequest, network: Network, node: LedgerNode, account: string): Promise<Facts | null> {
  try {
    return await told(network, node.facts(account));
  } catch (problem) {
    if (problem instanceof RequestRefused && !request.isSubmitted) return null;
    throw problem;
  }
}

/** The fields that are signed of the request: those the network knows, of a sign-in those that every type has. */
function templateOf(request: OpenRequest, codec: Codec): Members {
  const { tx_type: type, request_json: asked } = request.view.payload;
  if (!request.isSignIn && !codec.isTransactionType(type)) throw new RequestRefused("type_unknown", { type: type.slice(0, 64) });
  const known = Object.fromEntries(Object.entries(asked).filter(([name, value]) => value !== null && value !== undefined && codec.isField(name)));
  if (request.isSignIn) return signInTemplate(known);
  return { TransactionType: type, ...known };
}

/** Channel and drops as text: what a claim's signature covers. */
function claimOf(asked: Members): Members {
  const amount = typeof asked["Amount"] === "number" ? String(asked["Amount"]) : asked["Amount"];
  if (typeof asked["Channel"] !== "string") throw new RequestRefused("field_invalid", { field: "Channel" });
  if (typeof amount !== "string") throw new RequestRefused("field_invalid", { field: "Amount" });
  return { Channel: asked["Channel"], Amount: amount };
}

function fillByType(request: OpenRequest, transaction: Members, options: PrepareOptions): void {
  if (needsAmount(request)) {
    if (options.amount === undefined) throw new RequestRefused("amount_missing");
    transaction["Amount"] = options.amount;
  }
  if (request.view.payload.tx_type === "PaymentChannelCreate" && options.publicKey !== undefined) {
    transaction["PublicKey"] ??= options.publicKey;
  }
}

/** What the request says stays, but for a relative last ledger. */
function fillFromLedger(transaction: Members, facts: Facts): void {
  transaction["Fee"] ??= facts.fee;
  transaction["Sequence"] ??= given(transaction, "TicketSequence") ? 0 : facts.sequence;
  const asked = transaction["LastLedgerSequence"];
  if (asked === undefined) transaction["LastLedgerSequence"] = facts.ledger + LEDGERS_LEFT;
  else if (typeof asked === "number" && asked < FIRST_ABSOLUTE_LEDGER) transaction["LastLedgerSequence"] = facts.ledger + asked;
}

function fillByGuess(transaction: Members): string[] {
  const filled = ["Fee", "Sequence"].filter((name) => !given(transaction, name));
  transaction["Fee"] ??= DEFAULT_FEE_DROPS;
  transaction["Sequence"] ??= given(transaction, "TicketSequence") ? 0 : DEFAULT_SEQUENCE;
  return filled;
}

/** What cannot be written in the ledger's form is refused before anybody is asked for a passphrase. */
function checkEncodes(codec: Codec, transaction: Members): void {
  try {
    codec.encodeForSigning(transaction);
  } catch {
    const field = Object.keys(transaction).find((name) => !encodes(codec, name, transaction[name]));
    throw new RequestRefused("field_invalid", { field: field ?? "TransactionType" });
  }
}

function encodes(codec: Codec, name: string, value: unknown): boolean {
  try {
    codec.encode({ [name]: value });
    return true;
  } catch {
    return false;
  }
}

async function told<T>(network: Network, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (problem) {
    if (problem instanceof NodeRefused && problem.error === "actNotFound") throw new RequestRefused("account_not_on_ledger", { network: network.name });
    if (problem instanceof NodeRefused || problem instanceof NodeUnavailable) throw new RequestRefused("node_unavailable", { network: network.name });
    throw problem;
  }
}

const given = (members: Members, name: string): boolean => members[name] !== undefined && members[name] !== null;
