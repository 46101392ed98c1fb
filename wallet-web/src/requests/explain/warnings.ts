// What should make a person pause. The worst comes first; `danger` is for what cannot be taken back.

import type { Network } from "../../nodes";
import type { Members } from "../../server";
import { isChallenge } from "../challenge";
import type { WarningCode } from "../messages";
import type { Prepared } from "../prepare";
import { flagsOf } from "./flags";
import { fromDrops, inText, amountShown, type Message } from "./shown";
import { isExplained } from "./titles";

export type Level = "info" | "caution" | "danger";

export interface Warning {
  code: WarningCode;
  level: Level;
  message: Message;
}

export interface Circumstances {
  /** Key of the network that the person chose in the wallet. */
  chosen?: string;
  /** By the server's clock, if it is known to be another one. */
  now?: Date;
}

const LEVELS: readonly Level[] = ["danger", "caution", "info"];
/** These cost what an object's reserve is, so a high fee is right. */
const COSTLY: ReadonlySet<string> = new Set(["AccountDelete", "AMMCreate", "LedgerStateFix", "VaultCreate"]);
const HIGH_FEE_DROPS = 100_000;
const TIMES_NORMAL = 10;
const NORMAL_FEE_DROPS = 12;
const SOON_MS = 60_000;
const FEW_LEDGERS = 4;
const PARTIAL_PAYMENT = 0x20000;
const SELL_TOKEN = 1;
/** Settings that cannot be taken back, or that put others above the holder. */
const GRAVE_SETTINGS: Readonly<Record<number, WarningCode>> = { 4: "disable_master", 6: "no_freeze", 7: "global_freeze", 16: "allow_clawback" };
/** Types that hand rights over, or do more than their own fields say. */
const GRAVE_TYPES: Readonly<Record<string, WarningCode>> = {
  AccountDelete: "account_delete", SignerListSet: "signer_list", SetHook: "hook", DelegateSet: "delegate", Batch: "batch",
};

export function warningsOf(prepared: Prepared, circumstances: Circumstances): Warning[] {
  const found = [...aboutType(prepared), ...aboutRequest(prepared, circumstances), ...aboutFee(prepared), ...aboutTime(prepared, circumstances)];
  return worstFirst(found);
}

export const worstFirst = (found: readonly Warning[]): Warning[] =>
  found.toSorted((one, other) => LEVELS.indexOf(one.level) - LEVELS.indexOf(other.level));

export const warning = (level: Level, code: WarningCode, values?: Record<string, string | number>): Warning => ({
  code,
  level,
  message: { key: `request.warning.${code}`, ...(values === undefined ? {} : { values }) },
});

function* aboutType({ request, transaction, network }: Prepared): Generator<Warning> {
  const type = request.view.payload.tx_type;
  const grave = GRAVE_TYPES[type];
  if (grave !== undefined && !(type === "SignerListSet" && transaction["SignerQuorum"] === 0)) yield warning("danger", grave);
  else if (!isExplained(type)) yield warning("danger", "unexplained_type", { type });
  if (type === "SetRegularKey" && transaction["RegularKey"] !== undefined) yield warning("danger", "regular_key");
  const setting = type === "AccountSet" ? GRAVE_SETTINGS[Number(transaction["SetFlag"])] : undefined;
  if (setting !== undefined) yield warning("danger", setting);
  if (type === "PaymentChannelAuthorize") yield warning("caution", "claim", { amount: inText(amountShown(transaction["Amount"], network)) });
  if (type === "Payment" && (flagsOf(transaction) & PARTIAL_PAYMENT) !== 0) yield warning("caution", "partial_payment");
  if (type === "NFTokenCreateOffer" && (flagsOf(transaction) & SELL_TOKEN) !== 0 && isNothing(transaction["Amount"])) {
    yield warning("danger", "token_for_nothing");
  }
}

function* aboutRequest({ request, transaction, network, account, key, filled }: Prepared, { chosen }: Circumstances): Generator<Warning> {
  const { meta, payload } = request.view;
  if (chosen !== undefined && chosen !== network.key) yield warning("caution", "other_network", { network: network.name });
  else if (!network.isLive && !request.isPseudo) yield warning("info", "test_network", { network: network.name });
  if (!request.isPseudo && !fitsNetwork(transaction, network)) yield warning("danger", "wrong_network", { network: network.name });
  const named = payload.request_json["Account"];
  if (typeof named === "string" && named !== transaction["Account"] && !meta.multisign) yield warning("info", "other_account", { account: named });
  if (key !== account) yield warning("info", "regular_key_signs", { account, key });
  if (meta.multisign) yield warning("info", "one_of_several", { account: String(transaction["Account"]), signer: account });
  if (!request.isPseudo && !meta.submit) yield warning("info", "not_submitted");
  if (filled.length > 0) yield warning("caution", "guessed", { fields: filled.join(", ") });
  const asked = request.view.presentation?.origin ?? null;
  if (request.challenge !== null && asked !== null && request.challenge.origin !== null && asked !== request.challenge.origin) {
    yield warning("danger", "other_origin", { origin: request.challenge.origin });
  }
  const memos: unknown = transaction["Memos"];
  const others = Array.isArray(memos) ? memos.filter((entry) => !isChallenge(entry)).length : 0;
  if (others > 0) yield warning("info", "memo");
}

function* aboutFee({ transaction, request, facts, network }: Prepared): Generator<Warning> {
  const text = transaction["Fee"];
  const fee = Number(typeof text === "string" || typeof text === "number" ? text : 0);
  if (!Number.isFinite(fee) || request.isSignIn) return;
  const values = { fee: `${fromDrops(String(fee)) ?? fee} ${network.nativeAsset}` };
  if (COSTLY.has(request.view.payload.tx_type)) {
    yield warning("info", "costly", values);
    return;
  }
  if (fee > HIGH_FEE_DROPS) yield warning("danger", "fee_high", values);
  else if (fee > TIMES_NORMAL * Number(facts?.fee ?? NORMAL_FEE_DROPS)) yield warning("caution", "fee_high", values);
}

function* aboutTime({ request, transaction, facts }: Prepared, { now = new Date() }: Circumstances): Generator<Warning> {
  const left_ms = request.expiresAt.getTime() - now.getTime();
  if (left_ms <= 0) yield warning("caution", "late");
  else if (left_ms <= SOON_MS) yield warning("info", "expires_soon", { seconds: Math.ceil(left_ms / 1000) });
  const last = transaction["LastLedgerSequence"];
  if (typeof last !== "number" || facts === null) return;
  if (last < facts.ledger) yield warning("danger", "ledger_passed");
  else if (last < facts.ledger + FEW_LEDGERS) yield warning("caution", "ledger_soon");
}

/** Without its id a transaction for one network is good on others; with another's it is good on none. */
function fitsNetwork(transaction: Members, network: Network): boolean {
  const id = transaction["NetworkID"];
  return id === undefined ? !network.needsNetworkId : id === network.networkId && network.needsNetworkId;
}

const isNothing = (amount: unknown): boolean =>
  amount === "0" || amount === 0 || (typeof amount === "object" && amount !== null && Number((amount as Members)["value"]) === 0);
