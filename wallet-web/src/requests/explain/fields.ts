// What each field of a transaction means to whoever signs it: its name for people, and how its value is read.

import type { Network } from "../../nodes";
import type { Members } from "../../server";
import type { FactName } from "../messages";
import {
  addressShown, amountShown, assetShown, hashShown, hexTextShown, members, numberShown, plain, type Shown, timeShown,
} from "./shown";

type Reader = (value: unknown, transaction: Members, network: Network) => Shown;

const amount: Reader = (value, _, network) => amountShown(value, network);
const asset: Reader = (value, _, network) => assetShown(value, network);
const address: Reader = (value) => addressShown(value);
const hash: Reader = (value) => hashShown(value);
const hexText: Reader = (value) => hexTextShown(value);
const number: Reader = (value) => numberShown(value);
const time: Reader = (value) => timeShown(value);
const seconds: Reader = (value) => (typeof value === "number" ? { kind: "seconds", value } : plain(value));
const percentOf = (one: number): Reader => (value) => (typeof value === "number" ? { kind: "percent", value: value / one } : plain(value));
const list = (read: (entry: unknown) => Shown): Reader => (value) => ({ kind: "list", items: Array.isArray(value) ? value.map(read) : [plain(value)] });
const accountFlag: Reader = (value) =>
  typeof value === "number" && value in ACCOUNT_FLAGS ? { kind: "message", message: { key: `request.asf.${value as AccountFlag}` } } : plain(value);

/** Settings of an account by number. (xrpl.org "AccountSet Flags") */
export const ACCOUNT_FLAGS = {
  1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 7, 8: 8, 9: 9, 10: 10, 12: 12, 13: 13, 14: 14, 15: 15, 16: 16, 17: 17,
} as const;
export type AccountFlag = keyof typeof ACCOUNT_FLAGS;

/** 1,000,000,000 takes nothing, 1,002,000,000 0.2 %. */
const transferRate: Reader = (value) =>
  typeof value === "number" ? { kind: "percent", value: value === 0 ? 0 : Math.round((value - 1e9) / 1e3) / 1e4 } : plain(value);

/** Whoever may sign, with their weight. */
const signer = (entry: unknown): Shown => {
  const told = members(members(entry)?.["SignerEntry"]);
  return told === null ? plain(entry) : { kind: "text", text: `${String(told["Account"])} (${String(told["SignerWeight"])})` };
};
const permission = (entry: unknown): Shown => plain(members(members(entry)?.["Permission"])?.["PermissionValue"] ?? entry);
const authAccount = (entry: unknown): Shown => addressShown(members(members(entry)?.["AuthAccount"])?.["Account"] ?? entry);

/** Fields in the order in which they are told. What is not here stands in the comparison alone. */
const FIELDS: readonly (readonly [string, FactName, Reader])[] = [
  ["Destination", "to", (value, transaction) => addressShown(value, transaction["DestinationTag"])],
  ["Amount", "amount", amount],
  ["SendMax", "pay_at_most", amount],
  ["DeliverMin", "deliver_at_least", amount],
  ["TakerGets", "you_give", amount],
  ["TakerPays", "you_get", amount],
  ["LimitAmount", "limit", amount],
  ["Asset", "asset", asset],
  ["Asset2", "asset2", asset],
  ["Amount2", "amount2", amount],
  ["EPrice", "price", amount],
  ["LPTokenOut", "pool_tokens", amount],
  ["LPTokenIn", "pool_tokens", amount],
  ["BidMin", "bid_min", amount],
  ["BidMax", "bid_max", amount],
  ["TradingFee", "trading_fee", percentOf(1000)],
  ["AuthAccounts", "who_too", list(authAccount)],
  ["Balance", "claimed", amount],
  ["NFTokenID", "token", hash],
  ["URITokenID", "token", hash],
  ["URI", "uri", hexText],
  ["NFTokenTaxon", "taxon", number],
  ["TransferFee", "transfer_fee", percentOf(1000)],
  ["NFTokenSellOffer", "sell_offer", hash],
  ["NFTokenBuyOffer", "buy_offer", hash],
  ["NFTokenBrokerFee", "broker_fee", amount],
  ["NFTokenOffers", "offers", list(hashShown)],
  ["Issuer", "issuer", address],
  ["Owner", "owner", address],
  ["Holder", "holder", address],
  ["Subject", "subject", address],
  ["CredentialType", "credential", hexText],
  ["MPTokenIssuanceID", "token", hash],
  ["MaximumAmount", "most", number],
  ["MPTokenMetadata", "metadata", hexText],
  ["RegularKey", "regular_key", address],
  ["SignerQuorum", "quorum", number],
  ["SignerEntries", "signers", list(signer)],
  ["SetFlag", "set_flag", accountFlag],
  ["ClearFlag", "clear_flag", accountFlag],
  ["Domain", "domain", hexText],
  ["TransferRate", "transfer_fee", transferRate],
  ["TickSize", "tick_size", number],
  ["NFTokenMinter", "minter", address],
  ["EmailHash", "email_hash", hash],
  ["MessageKey", "message_key", hash],
  ["Authorize", "authorize", address],
  ["Unauthorize", "unauthorize", address],
  ["Permissions", "permissions", list(permission)],
  ["OfferSequence", "offer", number],
  ["CheckID", "check", hash],
  ["Channel", "channel", hash],
  ["PublicKey", "public_key", hash],
  ["SettleDelay", "settle_delay", seconds],
  ["FinishAfter", "finish_after", time],
  ["CancelAfter", "cancel_after", time],
  ["Expiration", "expires", time],
  ["Condition", "condition", hash],
  ["TicketCount", "tickets", number],
  ["TicketSequence", "ticket", number],
  ["InvoiceID", "invoice", hash],
  ["QualityIn", "quality_in", number],
  ["QualityOut", "quality_out", number],
  ["DIDDocument", "document", hexText],
  ["Data", "data", hexText],
  ["OracleDocumentID", "oracle", number],
  ["Provider", "provider", hexText],
  ["Delegate", "delegate", address],
];

/** A value with its name. */
export interface Fact {
  label: `request.fact.${FactName}`;
  shown: Shown;
}

/** What a transaction's own fields say. */
export function factsOf(transaction: Members, network: Network): Fact[] {
  return FIELDS.filter(([field]) => transaction[field] !== undefined).map(([field, name, read]) => ({
    label: `request.fact.${name}`,
    shown: read(transaction[field], transaction, network),
  }));
}
