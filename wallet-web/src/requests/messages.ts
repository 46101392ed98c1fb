// The keys of all texts of this room. `app/i18n` has a text for each, in every language: the types see to it.

import type { CodeRefusal } from "./code";
import type { AccountFlag } from "./explain/fields";
import type { RefusalReason } from "./refusals";

/** Types of transactions that are explained in words. */
export const TYPES = [
  "SignIn", "PaymentChannelAuthorize", "Payment", "TrustSet", "OfferCreate", "OfferCancel",
  "AccountSet", "SetRegularKey", "SignerListSet", "AccountDelete", "TicketCreate", "DepositPreauth", "DelegateSet",
  "EscrowCreate", "EscrowFinish", "EscrowCancel", "CheckCreate", "CheckCash", "CheckCancel",
  "PaymentChannelCreate", "PaymentChannelFund", "PaymentChannelClaim",
  "NFTokenMint", "NFTokenBurn", "NFTokenCreateOffer", "NFTokenCancelOffer", "NFTokenAcceptOffer", "NFTokenModify",
  "AMMCreate", "AMMDeposit", "AMMWithdraw", "AMMVote", "AMMBid", "AMMDelete", "Clawback", "AMMClawback",
  "MPTokenIssuanceCreate", "MPTokenIssuanceSet", "MPTokenIssuanceDestroy", "MPTokenAuthorize",
  "CredentialCreate", "CredentialAccept", "CredentialDelete", "DIDSet", "DIDDelete", "OracleSet", "OracleDelete",
  "URITokenMint", "URITokenBurn", "URITokenBuy", "URITokenCreateSellOffer", "URITokenCancelSellOffer",
  "SetHook", "Invoke", "ClaimReward", "Remit", "Import",
] as const;
export type TypeName = (typeof TYPES)[number];

/** A type, or one of several things that a type can do; `other` has no words here. */
export type TitleName =
  | Exclude<TypeName, "NFTokenCreateOffer">
  | "Payment.exchange" | "TrustSet.remove" | "SetRegularKey.remove" | "SignerListSet.remove"
  | "NFTokenCreateOffer.buy" | "NFTokenCreateOffer.sell" | "other";

export type FactName =
  | "account" | "amount" | "amount2" | "app" | "asset" | "asset2" | "authorize" | "bid_max" | "bid_min" | "broker_fee"
  | "buy_offer" | "cancel_after" | "channel" | "check" | "claimed" | "clear_flag" | "condition" | "conditions"
  | "credential" | "data" | "delegate" | "deliver_at_least" | "document" | "domain" | "email_hash" | "expires" | "fee"
  | "finish_after" | "holder" | "invoice" | "issuer" | "limit" | "memos" | "message_key" | "metadata" | "minter" | "most"
  | "network" | "offer" | "offers" | "oracle" | "origin" | "other_flags" | "owner" | "pay_at_most" | "permissions"
  | "pool_tokens" | "price" | "provider" | "public_key" | "quality_in" | "quality_out" | "quorum" | "regular_key"
  | "sell_offer" | "server" | "set_flag" | "settle_delay" | "signer" | "signers" | "subject" | "taxon" | "tick_size"
  | "ticket" | "tickets" | "to" | "token" | "trading_fee" | "transfer_fee" | "unauthorize" | "uri" | "who_too"
  | "you_get" | "you_give";

export type FlagName =
  | "authorize" | "burnable" | "close" | "deep_freeze" | "deep_unfreeze" | "fill_or_kill" | "freeze" | "hybrid"
  | "immediate" | "limit_quality" | "mutable" | "no_direct" | "no_ripple" | "only_native" | "optional_auth"
  | "optional_tag" | "partial" | "passive" | "refuse_native" | "renew" | "require_auth" | "require_tag" | "ripple" | "sell"
  | "sell_token" | "take_native" | "transferable" | "trust_line" | "unfreeze" | "withdraw_all";

export type WarningCode =
  | "account_delete" | "allow_clawback" | "batch" | "claim" | "costly" | "delegate" | "disable_master" | "expires_soon"
  | "fee_high" | "global_freeze" | "guessed" | "hook" | "late" | "ledger_passed" | "ledger_soon" | "memo" | "no_freeze"
  | "not_submitted" | "one_of_several" | "other_account" | "other_network" | "other_origin" | "partial_payment"
  | "regular_key" | "regular_key_signs" | "signer_list" | "test_network" | "token_for_nothing" | "unexplained_type" | "wrong_network"
  | LedgerWarning;

/** What only the ledger knows. */
export type LedgerWarning =
  | "account_missing" | "balance_low" | "destination_asks_first" | "destination_below_reserve" | "destination_missing"
  | "destination_new" | "destination_refuses_native" | "master_key_off" | "no_trust_line" | "not_a_signer" | "not_regular_key"
  | "tag_missing" | "token_short" | "trust_line_full";

/** Key of a text. */
export type MessageKey =
  | `request.title.${TitleName}`
  | `request.says.${TitleName}`
  | `request.fact.${FactName}`
  | `request.flag.${FlagName}`
  | `request.asf.${AccountFlag}`
  | `request.warning.${WarningCode}`
  | `refused.${RefusalReason}`
  | `code.${CodeRefusal}`;
