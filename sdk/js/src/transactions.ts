// What may be asked to be signed. Common transactions have their fields typed; every other type passes as it is, since
// the server knows more types than a library can. What wallets fill in (Account, Fee, Sequence…) may be left out.

/** Drops of XRP, a million to one XRP, as a decimal text. */
export type Drops = string;

export interface IssuedAmount {
  /** Three characters, or 40 hex digits. */
  currency: string;
  issuer: string;
  /** A decimal text. */
  value: string;
}

export interface MptAmount {
  mpt_issuance_id: string;
  value: string;
}

export type Amount = Drops | IssuedAmount | MptAmount;

export type Asset = { currency: "XRP" } | { currency: string; issuer: string };

export interface Memo {
  /** Each as hex. */
  Memo: { MemoType?: string; MemoData?: string; MemoFormat?: string };
}

/** What every transaction may have. `Account` is the one to sign with, where it matters. */
export interface CommonFields {
  Account?: string;
  Fee?: Drops;
  Sequence?: number;
  TicketSequence?: number;
  /** Below 32,570: relative to the ledger at the time of signing. */
  LastLedgerSequence?: number;
  Flags?: number;
  Memos?: Memo[];
  SourceTag?: number;
  AccountTxnID?: string;
  NetworkID?: number;
  Delegate?: string;
}

interface PathStep {
  account?: string;
  currency?: string;
  issuer?: string;
}

/** The fields of each common type, beside those that all have. Times are seconds since 2000 (the ledger's epoch). */
interface FieldsByType {
  SignIn: unknown;
  PaymentChannelAuthorize: { Channel: string; Amount: Drops };
  AccountDelete: { Destination: string; DestinationTag?: number; CredentialIDs?: string[] };
  AccountSet: {
    ClearFlag?: number;
    SetFlag?: number;
    Domain?: string;
    EmailHash?: string;
    MessageKey?: string;
    NFTokenMinter?: string;
    TickSize?: number;
    TransferRate?: number;
  };
  AMMBid: { Asset: Asset; Asset2: Asset; BidMin?: IssuedAmount; BidMax?: IssuedAmount; AuthAccounts?: object[] };
  AMMCreate: { Amount: Amount; Amount2: Amount; TradingFee: number };
  AMMDeposit: { Asset: Asset; Asset2: Asset; Amount?: Amount; Amount2?: Amount; EPrice?: Amount; LPTokenOut?: IssuedAmount };
  AMMVote: { Asset: Asset; Asset2: Asset; TradingFee: number };
  AMMWithdraw: { Asset: Asset; Asset2: Asset; Amount?: Amount; Amount2?: Amount; EPrice?: Amount; LPTokenIn?: IssuedAmount };
  CheckCancel: { CheckID: string };
  CheckCash: { CheckID: string; Amount?: Amount; DeliverMin?: Amount };
  CheckCreate: { Destination: string; SendMax: Amount; DestinationTag?: number; Expiration?: number; InvoiceID?: string };
  Clawback: { Amount: Amount; Holder?: string };
  CredentialAccept: { Issuer: string; CredentialType: string };
  CredentialCreate: { Subject: string; CredentialType: string; Expiration?: number; URI?: string };
  CredentialDelete: { CredentialType: string; Subject?: string; Issuer?: string };
  DepositPreauth: { Authorize?: string; Unauthorize?: string };
  EscrowCancel: { Owner: string; OfferSequence: number };
  EscrowCreate: {
    Destination: string;
    Amount: Amount;
    CancelAfter?: number;
    FinishAfter?: number;
    Condition?: string;
    DestinationTag?: number;
  };
  EscrowFinish: { Owner: string; OfferSequence: number; Condition?: string; Fulfillment?: string };
  MPTokenAuthorize: { MPTokenIssuanceID: string; Holder?: string };
  MPTokenIssuanceCreate: { AssetScale?: number; MaximumAmount?: string; TransferFee?: number; MPTokenMetadata?: string };
  NFTokenAcceptOffer: { NFTokenSellOffer?: string; NFTokenBuyOffer?: string; NFTokenBrokerFee?: Amount };
  NFTokenBurn: { NFTokenID: string; Owner?: string };
  NFTokenCancelOffer: { NFTokenOffers: string[] };
  NFTokenCreateOffer: { NFTokenID: string; Amount: Amount; Owner?: string; Destination?: string; Expiration?: number };
  NFTokenMint: { NFTokenTaxon: number; Issuer?: string; TransferFee?: number; URI?: string; Amount?: Amount; Destination?: string };
  NFTokenModify: { NFTokenID: string; Owner?: string; URI?: string };
  OfferCancel: { OfferSequence: number };
  OfferCreate: { TakerGets: Amount; TakerPays: Amount; Expiration?: number; OfferSequence?: number };
  Payment: {
    Destination: string;
    Amount: Amount;
    DestinationTag?: number;
    DeliverMin?: Amount;
    InvoiceID?: string;
    Paths?: PathStep[][];
    SendMax?: Amount;
    CredentialIDs?: string[];
  };
  PaymentChannelClaim: {
    Channel: string;
    Amount?: Drops;
    Balance?: Drops;
    PublicKey?: string;
    Signature?: string;
  };
  PaymentChannelCreate: {
    Destination: string;
    Amount: Drops;
    SettleDelay: number;
    PublicKey: string;
    CancelAfter?: number;
    DestinationTag?: number;
  };
  PaymentChannelFund: { Channel: string; Amount: Drops; Expiration?: number };
  SetRegularKey: { RegularKey?: string };
  SignerListSet: {
    SignerQuorum: number;
    SignerEntries?: { SignerEntry: { Account: string; SignerWeight: number; WalletLocator?: string } }[];
  };
  TicketCreate: { TicketCount: number };
  TrustSet: { LimitAmount: IssuedAmount; QualityIn?: number; QualityOut?: number };
}

/** The types whose fields are known here. */
export type KnownType = keyof FieldsByType;

/** A transaction of one type: typed where we know the type, open where not. */
export type TransactionOf<T extends string> = { TransactionType: T } & CommonFields &
  (T extends KnownType ? FieldsByType[T] : Record<string, unknown>);

/** Any transaction whose type we know. */
export type KnownTransaction = { [T in KnownType]: TransactionOf<T> }[KnownType];

/** Any transaction at all. */
export type Transaction = KnownTransaction | ({ TransactionType: string } & Record<string, unknown>);
