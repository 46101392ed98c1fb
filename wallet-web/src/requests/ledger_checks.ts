// What a person would want to know of the ledger before signing: who is paid, what with, and whose key it is.
// Asked while the request is shown, and never waited for: what a node does not answer is not said. (wallet-api 10.1)

import { readAddress } from "../ledger";
import type { AccountState, LedgerNode, Network, Reserves } from "../nodes";
import type { Members } from "../server";
import { flagsOf } from "./explain/flags";
import { amountShown, currencyName, inText, members } from "./explain/shown";
import { warning, type Warning, worstFirst } from "./explain/warnings";
import type { Signatory } from "./networks";
import type { Prepared } from "./prepare";

/** Flags of an account. (xrpl.org "AccountRoot Flags") */
const REQUIRES_TAG = 0x20000;
const REFUSES_NATIVE = 0x80000;
const MASTER_KEY_OFF = 0x100000;
const ASKS_FIRST = 0x1000000;
const PARTIAL_PAYMENT = 0x20000;
/** Types of which a missing receiver, or a missing tag, is the end. */
const WITH_RECEIVER: ReadonlySet<string> = new Set(["Payment", "EscrowCreate", "PaymentChannelCreate", "CheckCreate", "AccountDelete"]);
/** Types that set their amount aside. */
const SETTING_ASIDE: ReadonlySet<string> = new Set(["EscrowCreate", "PaymentChannelCreate", "PaymentChannelFund"]);
/** Types that leave an object to keep a reserve for, and nothing else that would decide on it. */
const LEAVING_OBJECT: ReadonlySet<string> = new Set(["EscrowCreate", "PaymentChannelCreate", "CheckCreate"]);
const DROPS = 1_000_000;

/** What is asked of the ledger, each account once. */
interface Asking {
  prepared: Prepared;
  /** Address of the account that the transaction is of. */
  payer: string;
  network: Network;
  node: LedgerNode;
  account: (address: string) => Promise<AccountState | null>;
  reserves: () => Promise<Reserves>;
}

type Check = (asking: Asking) => Promise<(Warning | null)[]>;

/** What the ledger has to say of a prepared request, the worst first; of what cannot be asked, nothing. Never throws. */
export async function ledgerWarnings(prepared: Prepared, node: LedgerNode | null): Promise<Warning[]> {
  const { request, network, transaction, account, key } = prepared;
  if (node === null || node.url === "" || (request.isPseudo && key === account)) return [];
  const known = new Map<string, Promise<AccountState | null>>();
  const asking: Asking = {
    prepared,
    payer: typeof transaction["Account"] === "string" ? transaction["Account"] : account,
    network,
    node,
    account: (address) => {
      const asked = known.get(address) ?? node.account(address);
      known.set(address, asked);
      return asked;
    },
    reserves: once(() => node.reserves().catch((problem: unknown) => listed(network) ?? Promise.reject(problem))),
  };
  const checks: Check[] = request.isPseudo ? [aboutKey] : [aboutKey, aboutReceiver, aboutBalance, aboutToken];
  const found = await Promise.allSettled(checks.map((check) => check(asking)));
  const said = found.flatMap((one) => (one.status === "fulfilled" ? one.value : [])).filter((one) => one !== null);
  return worstFirst([...new Map(said.map((one) => [one.code, one])).values()]);
}

/** Whose key it is, and whether the accounts are there at all. */
const aboutKey: Check = async ({ prepared, payer, network, account: ask }) => {
  const { request, account, key, transaction } = prepared;
  // What the app sends later may be sent when the account is there.
  const level = request.isSubmitted ? "danger" : "caution";
  const missing = (address: string): Warning => warning(level, "account_missing", { account: address, network: network.name });
  const state = await ask(account);
  const isMultisigned = request.view.meta.multisign;
  // A signer of several needs no account of its own, and what is imported may begin one.
  if (state === null && (key !== account || (!isMultisigned && transaction["TransactionType"] !== "Import"))) return [missing(account)];
  if (state !== null && key !== account && state.regularKey !== key) return [warning("danger", "not_regular_key", { account, key })];
  if (state !== null && key === account && (state.flags & MASTER_KEY_OFF) !== 0) return [warning("danger", "master_key_off", { account })];
  if (!isMultisigned) return [];
  const owner = await ask(payer);
  if (owner === null) return [missing(payer)];
  return [owner.signers?.includes(account) ? null : warning("danger", "not_a_signer", { account: payer, signer: account })];
};

/** Whether the receiver is there, and what it asks of those who pay. */
const aboutReceiver: Check = async ({ prepared: { transaction }, payer, network, node, account, reserves }) => {
  const type = String(transaction["TransactionType"]);
  const to = typeof transaction["Destination"] === "string" ? readAddress(transaction["Destination"]) : null;
  if (to === null || to.address === payer || !WITH_RECEIVER.has(type)) return [];
  const drops = type === "Payment" ? dropsOf(amountOf(transaction)) : null;
  const state = await account(to.address);
  if (state === null) {
    if (drops === null) return [warning("danger", "destination_missing", { network: network.name })];
    const { account: reserve } = await reserves();
    if (drops >= reserve) return [warning("caution", "destination_new", { network: network.name })];
    return [warning("danger", "destination_below_reserve", { network: network.name, reserve: native(reserve, network) })];
  }
  const isUntagged = transaction["DestinationTag"] === undefined && to.tag === null;
  const isGuarded = (state.flags & ASKS_FIRST) !== 0 && (type === "Payment" || type === "AccountDelete") && transaction["CredentialIDs"] === undefined;
  return [
    (state.flags & REQUIRES_TAG) !== 0 && isUntagged ? warning("danger", "tag_missing") : null,
    (state.flags & REFUSES_NATIVE) !== 0 && drops !== null ? warning("danger", "destination_refuses_native", { asset: network.nativeAsset }) : null,
    // A node that cannot say whether this payer is approved leaves what the account says of itself.
    isGuarded && !(await node.mayDeposit(payer, to.address).catch(() => false)) ? warning("danger", "destination_asks_first") : null,
  ];
};

/** Whether the account can pay, and keep what it must keep. */
const aboutBalance: Check = async ({ prepared: { transaction }, payer, network, account, reserves }) => {
  const type = String(transaction["TransactionType"]);
  const fee = dropsOf(transaction["Fee"]) ?? 0n;
  const isPaid = type === "Payment" && transaction["SendMax"] === undefined && (flagsOf(transaction) & PARTIAL_PAYMENT) === 0;
  const amount = isPaid || SETTING_ASIDE.has(type) ? (dropsOf(amountOf(transaction)) ?? 0n) : 0n;
  const [state, kept] = await Promise.all([account(payer), reserves()]);
  const balance = state === null ? null : dropsOf(state.balance);
  // Somebody else pays the fee of what is delegated.
  if (state === null || balance === null || transaction["Delegate"] !== undefined) return [];
  const leaves = LEAVING_OBJECT.has(type) ? 1 : 0;
  const reserve = kept.account + kept.object * BigInt(state.ownerCount + leaves);
  const isBare = amount === 0n && leaves === 0;
  // The reserve may be spent on fees: a payment's, and that of whatever takes nothing else.
  const needed = isBare ? fee : type === "Payment" ? amount + larger(reserve, fee) : amount + reserve + fee;
  if (balance >= needed) return [];
  const available = balance > reserve ? balance - reserve : 0n;
  const values = { available: native(available, network), needed: native(amount + fee, network), reserve: native(reserve, network) };
  return [warning("danger", "balance_low", values)];
};

/** Whether a token can be paid, and can be held by who gets it. */
const aboutToken: Check = async ({ prepared: { transaction }, payer, network, node }) => {
  const amount = members(amountOf(transaction));
  const to = typeof transaction["Destination"] === "string" ? readAddress(transaction["Destination"])?.address : undefined;
  const { currency, issuer, value } = amount ?? {};
  if (transaction["TransactionType"] !== "Payment" || to === undefined) return [];
  if (typeof currency !== "string" || typeof issuer !== "string" || typeof value !== "string") return [];
  const lineOf = async (holder: string) =>
    (await node.lines(holder, issuer)).find((line) => line.issuer === issuer && line.currency.toUpperCase() === currency.toUpperCase());
  const isOwnMoney = transaction["SendMax"] === undefined && transaction["Paths"] === undefined && (flagsOf(transaction) & PARTIAL_PAYMENT) === 0;
  // Lines of an account that is not there are no answer, and that it is not there is said elsewhere.
  const [theirs, ours] = await Promise.allSettled([
    to === issuer || to === payer ? null : lineOf(to),
    payer === issuer || !isOwnMoney ? null : lineOf(payer),
  ]);
  const asset = currencyName(currency);
  return [
    theirs.status === "fulfilled" && theirs.value === undefined ? warning("danger", "no_trust_line", { asset }) : null,
    theirs.status === "fulfilled" && theirs.value && Number(theirs.value.balance) + Number(value) > Number(theirs.value.limit)
      ? warning("danger", "trust_line_full", { asset })
      : null,
    ours.status === "fulfilled" && ours.value !== null && Number(ours.value?.balance ?? 0) < Number(value)
      ? warning("danger", "token_short", { available: `${ours.value?.balance ?? 0} ${asset}`, needed: inText(amountShown(amount, network)) })
      : null,
  ];
};

/**
 * Of those who may sign, those whose key the ledger knows as theirs; where no node can be asked, all. Never throws.
 *
 * @param found As `signatoriesFor` has them.
 */
export async function rightfulSignatories(found: readonly Signatory[], node: LedgerNode | null): Promise<Signatory[]> {
  const others = [...new Set(found.filter((one) => one.key !== one.account).map((one) => one.account))];
  if (node === null || node.url === "" || others.length === 0) return [...found];
  const regular = new Map(await Promise.all(others.map(async (account) => [account, await regularKeyOf(node, account)] as const)));
  return found.filter(({ account, key }) => key === account || regular.get(account) === undefined || regular.get(account) === key);
}

/** Null without one; undefined where the node cannot be asked. */
async function regularKeyOf(node: LedgerNode, account: string): Promise<string | null | undefined> {
  try {
    return (await node.account(account))?.regularKey ?? null;
  } catch {
    return undefined;
  }
}

const amountOf = (transaction: Members): unknown => transaction["Amount"] ?? transaction["DeliverMax"];

function dropsOf(value: unknown): bigint | null {
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && /^\d{1,20}$/.test(text) ? BigInt(text) : null;
}

const native = (drops: bigint, network: Network): string => inText(amountShown(drops.toString(), network));
const larger = (one: bigint, other: bigint): bigint => (one > other ? one : other);

/** What the server's list says of reserves, for a node that does not. */
function listed({ reserves }: Network): Reserves | null {
  if (reserves === null) return null;
  const drops = (value: number): bigint => BigInt(Math.round(value * DROPS));
  return { account: drops(reserves.account), object: drops(reserves.object) };
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | null = null;
  return () => (asked ??= ask());
}
