// The shapes of answers, events and questions. Generated from docs/openapi.json and docs/asyncapi.json.

/** An account. */
export interface AccountMeta {
  account: string;
  kycApproved: boolean;
  xummPro: boolean;
  blocked: boolean;
  force_dtag: boolean;
  avatar: string;
  xummProfile: Profile;
  thirdPartyProfiles: Array<Alias>;
  globalid: GlobalId;
}

/** A name somebody gives the account. */
export interface Alias {
  accountAlias: string;
  source: string;
}

/** The app that asks, for developers and wallets. `disabled` is 0 or 1. */
export interface Application {
  name: string;
  description: string;
  disabled: number;
  uuidv4: string;
  icon_url: string;
  issued_user_token: string | null;
}

/** Who issues what, as the operator of this server vouches for it. */
export interface AssetsOut {
  issuers: Array<string>;
  currencies: Array<string>;
  details: Record<string, IssuerOut>;
}

/** One try. */
export interface AttemptOut {
  number: number;
  at: string;
  /** Of the answer; null where none came. */
  status: number | null;
  latency_ms: number | null;
  /** What went wrong where none came. */
  error: string | null;
  /** The first 2 KiB of the answer's body. */
  answer: string | null;
}

/** What a one-time token is worth: the launch as the wallet told it, and a JWT for 24 hours. */
export interface Authorized {
  ott: Record<string, unknown>;
  app: AuthorizedApp;
  jwt: string;
}

/** The app, as its own page may show it. */
export interface AuthorizedApp {
  name: string;
}

/**
 * One answered call: `reference` is its X-Call-Ref, `route` the endpoint without the values in its path. `cause` says
 * why a one-time token was refused, which its caller is not told.
 */
export interface CallOut {
  number: number | null;
  reference: string;
  at: string;
  method: string;
  route: string;
  status: number;
  error_code: string | null;
  duration_us: number;
  cause: string | null;
}

/** A page of calls, latest first. */
export interface CallsOut {
  calls: Array<CallOut>;
}

/** The answer to a cancellation, whether or not it could be done. */
export interface CancelOut {
  result: CancelResult;
  /** As it was before the call, but for `expired`, which is always true. */
  meta: PayloadMeta;
  custom_meta: CustomMeta;
}

/** What came of a cancellation: `reason` is OK or one of four ALREADY_… */
export interface CancelResult {
  cancelled: boolean;
  reason: string;
}

/** Something that was let through although it may be a mistake: why, and where as a JSON pointer. */
export interface Caution {
  message: string;
  pointer: string;
}

/** A change of one account's balance, in whole units. */
export interface ChangeOut {
  counterparty: string;
  currency: string;
  value: string;
  formatted: Record<string, string>;
}

/** The signatures that are here, while others are waited for. */
export interface CollectedOut {
  /** What they weigh together. */
  weight: number;
  /** What they must weigh, as the ledger had it when the latest one came. */
  quorum: number;
  signatures: Array<ContributionOut>;
}

/** One signature of several that is here. */
export interface ContributionOut {
  account: string;
  signer: string;
  weight: number;
  signed_at: string;
}

/** A currency of an issuer; `shortlist` is 0 or 1. */
export interface CurrencyOut {
  id: number;
  issuer_id: number;
  issuer: string;
  currency: string;
  name: string;
  avatar: string;
  shortlist: number;
}

/** The developer's own notes, as they were given. */
export interface CustomMeta {
  identifier: string | null;
  blob: unknown;
  instruction: string | null;
}

/** The developer's own notes. */
export interface CustomMetaIn {
  /** Unique in the app; the request can be read by it. */
  identifier?: string | null;
  /** Private to the app: at most 1500 characters of compact JSON. */
  blob?: Record<string, unknown> | string | null;
  /** Shown to the person who is asked to sign. */
  instruction?: string | null;
}

/** A page of deliveries, latest first. */
export interface DeliveriesOut {
  deliveries: Array<DeliveryOut>;
}

/** A delivery with every try, the first one first. */
export interface DeliveryDetailOut {
  delivery: DeliveryOut;
  attempts: Array<AttemptOut>;
}

/** An event on its way to an endpoint, or a push on its way to a device. */
export interface DeliveryOut {
  id: number;
  /** The same in every try, at every endpoint, and when it is sent again; null for a push. */
  webhook_id: string | null;
  kind: string;
  target: "push" | "webhook";
  endpoint: string;
  /** UUID of the payload, for one. */
  subject: string;
  /**
   * `waiting`, `held` (its endpoint is paused), `delivered`, `failed` (given up), `cancelled` (nobody is left to send
   * it to, or it has lost its meaning).
   */
  state: "cancelled" | "delivered" | "failed" | "held" | "waiting";
  /** Whether it is being sent at this moment. */
  sending: boolean;
  attempts: number;
  /** When it is due, where it is waiting and not being sent. */
  next_at: string | null;
  created_at: string;
  finished_at: string | null;
}

/** One field in which the signed transaction is not the request, as a wallet may have it. */
export interface Departure {
  field: string;
  /** `added_by_wallet`, `replaced_by_wallet`, or `not_signed`: the network knows no such field. */
  how: string;
  requested: unknown;
  signed: unknown;
}

/** The app's document. */
export interface DocumentOut {
  application: StoringApp;
  /** Null where nothing is stored. */
  data: unknown;
}

/** The app's document as it is from now on. */
export interface DocumentStoredOut {
  application: StoringApp;
  /** True, also where there was nothing to delete. */
  stored: boolean;
  /** Null after deleting. */
  data: unknown;
}

/** What was refused and why. */
export interface ErrorDetails {
  reference: string;
  code: number | string | null;
  message: string;
  hint: string;
  pointer: string;
  docs: string;
}

/** An event for one person: an entry in the list of their wallet, and a notification. */
export interface EventIn {
  /** Whom it is for. Not needed with the person's access token. */
  user_token?: string | null;
  /** Instead: UUID of the user, where the app may. */
  user_uuid?: string | null;
  /** Instead: an account of the user, where the app may. */
  user_account?: string | null;
  /** What the person reads. */
  body: string;
  /** A title line below the app's name. */
  subtitle?: string | null;
  /** Handed to the xApp when it is opened for this; at most 4 KiB. */
  data?: Record<string, unknown> | null;
  /** An entry in the list alone, and nobody is woken. */
  silent?: boolean;
}

/** The event is on the person's list. */
export interface EventOut {
  /** Whether the person's wallets were told. */
  pushed: boolean;
  /** Names the event: GET and DELETE `platform/payload/{uuid}`. */
  uuid: string;
  /** Only where `pushed` is false: why. */
  push?: Unpushed;
}

/** A ledger explorer; what is looked up is appended to each address. */
export interface ExplorerOut {
  name: string;
  url_tx: string;
  url_account?: string;
  url_ctid?: string;
}

/** A link to an identity; this server makes none. */
export interface GlobalId {
  linked: string | null;
  profileUrl: string | null;
}

/** A hook as people may know it. */
export interface Hook {
  name: string;
  description: string;
  creator: HookCreator | null;
  xapp: string | null;
  appuuid: string | null;
  icon: string | null;
  verifiedAccounts: Array<string>;
  audits: Array<string>;
}

/** Who made a hook. */
export interface HookCreator {
  name: string | null;
  mail: string | null;
  site: string | null;
}

/** Pictures as `data:` URLs. */
export interface IconsOut {
  icon_square: string;
  icon_asset: string;
}

/** An issuer with its currencies by code. */
export interface IssuerOut {
  id: number;
  name: string;
  domain: string;
  avatar: string;
  shortlist: number;
  currencies: Record<string, CurrencyOut>;
}

/** Everything the app keeps for the user, by name. */
export interface KeysOut {
  operation: "LIST";
  keys: Array<string>;
  count: number;
}

/** Whether an account's holder was identified. */
export interface KycAccount {
  account: string;
  kycApproved: boolean;
}

/** Whose status: that of the holder behind a user token of the app. */
export interface KycIn {
  user_token?: string;
}

/** How far the identification of a user got; `possibleStatuses` describes each word. */
export interface KycUser {
  kycStatus: "IN_PROGRESS" | "NONE" | "REJECTED" | "SUCCESSFUL";
  possibleStatuses?: Record<string, string>;
}

/** Where to send the person: the sign page, and its QR form where a push was sent and may not arrive. */
export interface Next {
  always: string;
  no_push_msg_received?: string;
}

/** An NFToken: what its number says, and what a node adds. */
export interface NftokenOut {
  issuer: string;
  token: string;
  /** Who has it, where a node of the app's network keeps track of that and it was not burnt. */
  owner?: string;
  /** Never given: what an issuer calls it is written elsewhere, at an address that nobody vouches for. */
  name?: string;
  /** Its own address, where that is a picture's. */
  image?: string;
}

/** A notification for one person. */
export interface NotificationIn {
  /** Whom it is for. Not needed with the person's access token. */
  user_token?: string | null;
  /** Instead: UUID of the user, where the app may. */
  user_uuid?: string | null;
  /** Instead: an account of the user, where the app may. */
  user_account?: string | null;
  /** What the person reads. */
  body: string;
  /** A title line below the app's name. */
  subtitle?: string | null;
  /** Handed to the xApp when it is opened for this; at most 4 KiB. */
  data?: Record<string, unknown> | null;
}

/** The notification was accepted. */
export interface NotifiedOut {
  /** Whether the person's wallets were told. */
  pushed: boolean;
  /** Only where `pushed` is false: why. */
  push?: Unpushed;
}

/** How a request is to be answered. */
export interface OptionsIn {
  /** The wallet submits what it signed. Always false for a SignIn. */
  submit?: boolean;
  /** Sign as one of several signers. Always false for a SignIn. */
  multisign?: boolean;
  /** Payment only: the user chooses what to pay with. */
  pathfinding?: boolean;
  pathfinding_fallback?: boolean;
  /** Minutes in which a wallet must open the request. */
  expire?: number;
  /** Only one of these accounts may sign. */
  signers?: Array<string> | null;
  /** Key of the one network to sign on, such as MAINNET. */
  force_network?: string | null;
  return_url?: ReturnUrlIn | null;
  /** Kept and shown, without a meaning here. */
  immutable?: boolean | null;
  /** Kept and shown, without a meaning here. */
  force_account?: boolean | null;
}

/** The app withdrew a sign request. */
export interface PayloadCancelled {
  payload_uuid: string;
  identifier: string | null;
}

/** One of several signers has signed, and others are waited for. */
export interface PayloadContributed {
  payload_uuid: string;
  identifier: string | null;
  /** The account on the list of signers. */
  signer: string;
  /** What the signatures weigh together so far. */
  weight: number;
  /** What they must weigh. */
  quorum: number;
  /** The permission the app was given with it. */
  user_token: UserToken | null;
}

/** The answer to a creation. */
export interface PayloadCreated {
  /** Equal to the X-Call-Ref header of the call that created it. */
  uuid: string;
  next: Next;
  refs: Refs;
  /** Whether the holder's wallets were told. */
  pushed: boolean;
  /** Only where `pushed` is false: why. */
  push?: Unpushed;
  /** Only where there are any: what may not be what you meant. */
  warnings?: Array<Caution>;
}

/** A sign request was not opened in time. */
export interface PayloadExpired {
  payload_uuid: string;
  identifier: string | null;
  /** `YYYY-MM-DDTHH:MM:SSZ`. */
  expired_at: string;
}

/** A sign request: exactly one of `txjson` and `txblob`. */
export interface PayloadIn {
  /** Transaction with its TransactionType; what wallets fill in may be missing. */
  txjson?: Record<string, unknown> | null;
  /** The same in the ledger's binary format, as hex. */
  txblob?: string | null;
  options?: OptionsIn | null;
  custom_meta?: CustomMetaIn | null;
  /** Sends the request to the user behind it. One that is not valid is no error. */
  user_token?: string | null;
}

/** Where the request stands, and how it was made. */
export interface PayloadMeta {
  exists: boolean;
  uuid: string;
  multisign: boolean;
  submit: boolean;
  pathfinding: boolean;
  pathfinding_fallback: boolean;
  force_network: string | null;
  destination: string;
  resolved_destination: string;
  resolved: boolean;
  signed: boolean;
  cancelled: boolean;
  /** True after the deadline and after a cancellation. */
  expired: boolean;
  pushed: boolean;
  /** A wallet has fetched it, or has opened the xApp from it. */
  app_opened: boolean;
  /** Null until opened. */
  opened_by_deeplink: boolean | null;
  /** Only where they were given. */
  immutable?: boolean;
  /** Only where they were given. */
  forceAccount?: boolean;
  return_url_app: string | null;
  return_url_web: string | null;
  /** It is what an xApp tells somebody, and no sign request. */
  is_xapp: boolean;
  signers: Array<string> | null;
}

/** A wallet opened a sign request for the first time. */
export interface PayloadOpened {
  payload_uuid: string;
  identifier: string | null;
  opened_by_deeplink: boolean;
}

/** A sign request with everything the developer may know. */
export interface PayloadOut {
  meta: PayloadMeta;
  application: Application;
  payload: PayloadRequestOut;
  response: PayloadResponse;
  custom_meta: CustomMeta;
  /** Only while signatures of several are collected. */
  collected?: CollectedOut;
  /** Only where it is signed: what this server itself has checked. */
  verified?: Verified;
}

/** A sign request was rejected. */
export interface PayloadRejected {
  payload_uuid: string;
  identifier: string | null;
  /** The wallet's call that settled it. */
  reference_call_uuid: string;
  /** `USER`, `APP` or `XAPP`: who declined. */
  initiator: string | null;
  /** In the wallet's words, where it gave one. */
  reason: string | null;
}

/** What is to be signed. */
export interface PayloadRequestOut {
  tx_type: string;
  tx_destination: string;
  tx_destination_tag: number | null;
  /** The transaction template as stored. */
  request_json: unknown;
  origintype: string | null;
  signmethod: string | null;
  created_at: string;
  expires_at: string;
  /** Negative after the deadline. */
  expires_in_seconds: number;
  /** Only where there are memos: the same with their text readable. */
  computed?: Record<string, unknown>;
}

/** A sign request was signed or rejected: the event that published SDKs know. */
export interface PayloadResolved {
  meta: ResolvedMeta;
  custom_meta: CustomMeta;
  payloadResponse: ResolvedResponse;
  userToken: UserToken | null;
}

/** How it was answered; all null until then. */
export interface PayloadResponse {
  /** The signed blob. */
  hex: string | null;
  txid: string | null;
  resolved_at: string | null;
  dispatched_to: string | null;
  dispatched_nodetype: string | null;
  /** What the node said to the wallet at first; `verified` has the end. */
  dispatched_result: string | null;
  dispatched_to_node: boolean | null;
  environment_nodeuri: string | null;
  environment_nodetype: string | null;
  /** Of several, which account signed, the last of them; else empty. */
  multisign_account: string | null;
  /** Who signed: the account. */
  account: string | null;
  /**
   * The address of the key that signed: another one than the account's for a regular key, and when several sign, where
   * it is the last of them.
   */
  signer: string | null;
  user: string | null;
  environment_networkid: number | null;
}

/** A sign request was signed. */
export interface PayloadSigned {
  payload_uuid: string;
  identifier: string | null;
  /** The wallet's call that settled it. */
  reference_call_uuid: string;
  /** The account that signed. */
  account: string | null;
  /** Hash of the transaction, where it has one. */
  txid: string | null;
  /** Of the network the wallet was on, where it said so. */
  network_id: number | null;
  /** First answer of the network, where the wallet submitted the transaction. */
  dispatched_result: string | null;
  /** The permission the app was given with it, where it was. */
  user_token: UserToken | null;
}

/** The transaction of a signed request is in a validated ledger. */
export interface PayloadValidated {
  payload_uuid: string;
  identifier: string | null;
  txid: string;
  ledger_index: number;
  /** The transaction's final result, such as `tesSUCCESS`; with `tec` in front it failed and cost its fee. */
  result: string;
  network_id: number | null;
  /** Key of the network, such as `MAINNET`. */
  network: string | null;
  /** What the receiver got, where something was delivered: less than asked for, maybe. */
  delivered_amount: string | Record<string, string> | null;
}

/** It is stored, or it is gone. */
export interface PersistedOut {
  operation: "PERSIST" | "REMOVE";
  /** True, also where there was nothing to delete. */
  persisted: boolean;
}

/** Who calls, and with which call. `quota` is an empty object: old clients demand one. */
export interface PingAuth {
  quota: Record<string, null>;
  application: PingedApp;
  call: PingCall;
}

/** This call; the same as the header X-Call-Ref. */
export interface PingCall {
  uuidv4: string;
}

/** The calling app. `webhookurl` is empty where there is none and `disabled` a number: old clients check both. */
export interface PingedApp {
  uuidv4: string;
  name: string;
  webhookurl: string;
  redirecturis: Array<string>;
  disabled: 0 | 1;
}

/** The answer to a ping of an app. */
export interface Pong {
  pong: true;
  auth: PingAuth;
}

/** A profile; this server keeps none, so all is null. */
export interface Profile {
  accountAlias: string | null;
  ownerAlias: string | null;
  slug: string | null;
  profileUrl: string | null;
  accountSlug: string | null;
  payString: string | null;
}

/** One network. */
export interface Rail {
  chain_id: number;
  color: string;
  name: string;
  is_livenet: boolean;
  native_asset: string;
  endpoints: Array<RailEndpoint>;
  explorers: Array<ExplorerOut>;
  rpc?: string;
  definitions?: string;
  reserves?: ReservesOut;
  icons: IconsOut;
}

/** A node that wallets may use. */
export interface RailEndpoint {
  name: string;
  url: string;
}

/** A receipt: a JWS (RFC 7515) of type `payload-receipt+jwt`, which anybody can check by `/certs`. */
export interface ReceiptOut {
  receipt: string;
}

/** Where to see the request: its QR code as image and matrix, and its live status. */
export interface Refs {
  qr_png: string;
  qr_matrix: string;
  qr_uri_quality_opts: Array<string>;
  websocket_status: string;
}

/** How many deliveries were made due. */
export interface ResentOut {
  resent: number;
  /** There are more: ask again with this as `before`. null where that was all. */
  more_before: number | null;
}

/** What an account must keep, and for each object it owns, in the native asset. */
export interface ReservesOut {
  account: number;
  object: number;
}

/** Which payload of which app. */
export interface ResolvedMeta {
  /** The URL called. */
  url: string;
  application_uuidv4: string;
  payload_uuidv4: string;
  opened_by_deeplink: boolean;
}

/** How the request ended. */
export interface ResolvedResponse {
  payload_uuidv4: string;
  /** The wallet's call that settled it. */
  reference_call_uuidv4: string;
  /** False where it was rejected. */
  signed: boolean;
  /** Whether a user token was issued or extended; then `userToken` has it. */
  user_token: boolean;
  return_url: ResolvedReturnUrls;
  /** Transaction hash; empty where there is none, since published models take neither null nor nothing. */
  txid: string;
}

/** Where the person goes on, tags filled in. */
export interface ResolvedReturnUrls {
  app: string | null;
  web: string | null;
}

/** Where people go after answering. */
export interface ReturnUrlIn {
  /** Opened by the wallet. */
  app?: string | null;
  /** Opened by the browser that shows the sign page. */
  web?: string | null;
}

/** What the ledger said of whoever signed. */
export interface Rights {
  /** Keys of the networks that were asked. */
  networks: Array<string>;
  /** Which key of the account signed; `signers` where those on its list did. */
  key: "master" | "regular" | "signers";
  /** Who signed of those on the list. */
  signers: Array<string>;
  /** What their signatures weigh together. */
  weight: number | null;
  /** What they must weigh before the ledger takes the transaction. */
  quorum: number | null;
}

/** A live API secret of the app was used from a browser, where others can read it: rotate it. */
export interface SecretExposed {
  /** The refused call. */
  reference_call_uuid: string;
  method: string;
  route: string;
  /** Host of the page that made it; empty where the browser did not say. */
  origin_host: string;
}

/** The app whose document it is. */
export interface StoringApp {
  name: string;
  uuidv4: string;
}

/**
 * What the app may know of one token. Times are Unix seconds, 0 for a token that is not the app's. Both spellings of
 * the times are sent: published clients differ in which one they read.
 */
export interface TokenOut {
  user_token: string;
  active: boolean;
  issued: number;
  expires: number;
  token_issued: number;
  token_expiration: number;
}

/** Tokens to be checked, a hundred at most. */
export interface TokensIn {
  tokens: Array<string>;
}

/** One element for each token asked about, in the order asked. */
export interface TokensOut {
  tokens: Array<TokenOut>;
}

/** A transaction with who gained and who lost by it. */
export interface TransactionOut {
  txid: string;
  balanceChanges: Record<string, Array<ChangeOut>>;
  /** Which node told it. */
  node: string;
  /** As the node tells it, with `meta` and `validated`. */
  transaction: Record<string, unknown>;
}

/** Why `pushed` is false. */
export interface Unpushed {
  /**
   * `no_user_token`: the call named nobody. `token_unknown`: the token is expired, revoked, another app's, or was never
   * issued. `no_device`: the person has no wallet left here. `muted`: they have muted the app; the request is on their
   * list. `rate_limited`: the app pushes too often. `silent`: only an entry was asked for.
   */
  reason: "muted" | "no_device" | "no_user_token" | "rate_limited" | "silent" | "token_unknown" | "token_waiting";
}

/**
 * The answer to a ping of a user: `pong` and every claim of the token, side by side. An xApp's token has `ott_uuidv4`,
 * one of a sign-in `iss` and `payload_uuidv4`.
 */
export interface UserPong {
  app_name: string;
  app_uuidv4: string;
  client_id: string;
  exp: number;
  iat: number;
  iss?: string;
  network_endpoint?: string | null;
  network_id?: number | null;
  network_type?: string | null;
  ott_uuidv4?: string;
  payload_uuidv4?: string | null;
  pong: true;
  sub: string;
  usertoken_uuidv4: string | null;
  [claim: string]: unknown;
}

/** A user token; times in seconds since 1970. */
export interface UserToken {
  user_token: string;
  token_issued: number;
  token_expiration: number;
}

/** The app may send somebody sign requests from now on, or for longer than before. */
export interface UserTokenIssued {
  user_token: string;
  token_issued: number;
  token_expiration: number;
  /** The signed request that brought it, where one did. */
  payload_uuid: string | null;
}

/** Somebody took back the app's permission to send them sign requests. */
export interface UserTokenRevoked {
  user_token: string;
  /** `YYYY-MM-DDTHH:MM:SSZ`. */
  revoked_at: string;
}

/** Those of the values asked for that exist, in the order asked. */
export interface ValuesOut {
  operation: "RETRIEVE";
  data: Record<string, unknown>;
  /** The keys of `data`. */
  keys: Array<string>;
  count: number;
}

/** What was verified of a signed request. */
export interface Verified {
  /**
   * Every signature is valid and of a key that may sign, as far as anybody could tell: always true, anything else is
   * refused.
   */
  signature: boolean;
  /** What was signed answers this very request: the same transaction, or the challenge of a SignIn. */
  binding: boolean;
  /**
   * What the ledger's nodes said of the keys that signed; null where none could be asked, and then they are the
   * accounts' own.
   */
  rights: Rights | null;
  /** Key of the network that the transaction is for; null for what reaches no ledger. */
  network: string | null;
  /** Whether it is in a validated ledger. False: it never will be. Null: not known, or not yet. */
  validated: boolean | null;
  /** The final result, such as `tesSUCCESS`; null unless validated. */
  result: string | null;
  /** What the receiver got, in the ledger's form of amounts. */
  delivered_amount: string | Record<string, string> | null;
  /** False where that is less than the `Amount` of the payment; null where nothing is known. */
  delivered_in_full: boolean | null;
  /** The ledger that holds it. */
  ledger_index: number | null;
  /** When that ledger closed. */
  ledger_closed_at: string | null;
  /** Where the signed transaction is not the request, in ways that wallets are allowed. */
  differences: Array<Departure>;
}

/** A public key as a JWK (RFC 8037), and as libraries of Standard Webhooks take it. */
export interface WebhookKey {
  /** RFC 7638 thumbprint. */
  kid: string;
  /** The 32 key bytes as base64url. */
  x: string;
  /** `whpk_` and the same bytes as base64. */
  standard_webhooks: string;
  kty: string;
  crv: string;
  alg: string;
  use: string;
}

/** The server's public keys for webhooks, the one in use first. */
export interface WebhookKeysOut {
  keys: Array<WebhookKey>;
}

/** A webhook endpoint of the app is sent nothing any more until it is resumed. */
export interface WebhookPaused {
  endpoint_uuid: string;
  url: string;
  /** `gone`: it answered 410; or `failing`: for days nothing arrived there. */
  because: "failing" | "gone";
  /** `YYYY-MM-DDTHH:MM:SSZ` of the first of its uninterrupted failures, where there are some. */
  failing_since: string | null;
  failures: number;
}
