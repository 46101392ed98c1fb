// What the platform's calls take and answer, as docs/openapi.json says.

/** The answer to a ping of an app. */
export interface Pong {
  pong: true;
  auth: PingAuth;
}

/** The answer to a ping of a user: `pong` and every claim of the token, side by side. */
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

/** A sign request: exactly one of `txjson` and `txblob`. */
export interface PayloadIn {
  txjson?: Record<string, unknown> | null;
  txblob?: string | null;
  options?: OptionsIn | null;
  custom_meta?: CustomMetaIn | null;
  user_token?: string | null;
}

/** The answer to a creation (platform-api 4.7). */
export interface PayloadCreated {
  uuid: string;
  next: Next;
  refs: Refs;
  pushed: boolean;
  push?: Unpushed;
  warnings?: Caution[];
}

/** A sign request with everything the developer may know (platform-api 5). */
export interface PayloadOut {
  meta: PayloadMeta;
  application: Application;
  payload: PayloadRequestOut;
  response: PayloadResponse;
  custom_meta: CustomMeta;
  collected?: CollectedOut;
  verified?: Verified;
}

/** The answer to a cancellation, whether or not it could be done (platform-api 6). */
export interface CancelOut {
  result: CancelResult;
  meta: PayloadMeta;
  custom_meta: CustomMeta;
}

/** What a one-time token is worth: the launch as the wallet told it (platform-api 16.2), and a JWT for 24 hours. */
export interface Authorized {
  ott: Record<string, unknown>;
  app: AuthorizedApp;
  jwt: string;
}

/** An event for one person: an entry in the list of their wallet, and a notification. */
export interface EventIn {
  user_token?: string | null;
  user_uuid?: string | null;
  user_account?: string | null;
  /** What the person reads. */
  body: string;
  subtitle?: string | null;
  data?: Record<string, unknown> | null;
  /** An entry in the list alone, and nobody is woken. */
  silent?: boolean;
}

/** The event is on the person's list. */
export interface EventOut {
  pushed: boolean;
  uuid: string;
  push?: Unpushed;
}

/** A notification for one person. */
export interface NotificationIn {
  user_token?: string | null;
  user_uuid?: string | null;
  user_account?: string | null;
  /** What the person reads. */
  body: string;
  subtitle?: string | null;
  data?: Record<string, unknown> | null;
}

/** The notification was accepted. */
export interface NotifiedOut {
  pushed: boolean;
  push?: Unpushed;
}

/** What the app may know of one token. Times are Unix seconds, 0 for a token that is not the app's. */
export interface TokenOut {
  user_token: string;
  active: boolean;
  issued: number;
  expires: number;
  token_issued: number;
  token_expiration: number;
}

/** One element for each token asked about, in the order asked. */
export interface TokensOut {
  tokens: TokenOut[];
}

/** A receipt: a JWS (RFC 7515) of type `payload-receipt+jwt`, which anybody can check by `/certs`. */
export interface ReceiptOut {
  receipt: string;
}

/** A transaction with who gained and who lost by it. */
export interface TransactionOut {
  txid: string;
  balanceChanges: Record<string, ChangeOut[]>;
  node: string;
  transaction: Record<string, unknown>;
}

/** Who issues what, as the operator of this server vouches for it. */
export interface AssetsOut {
  issuers: string[];
  currencies: string[];
  details: Record<string, IssuerOut>;
}

/** A hook as people may know it (platform-api 12). */
export interface Hook {
  name: string;
  description: string;
  creator: HookCreator | null;
  xapp: string | null;
  appuuid: string | null;
  icon: string | null;
  verifiedAccounts: string[];
  audits: string[];
}

/** Whether an account's holder was identified. */
export interface KycAccount {
  account: string;
  kycApproved: boolean;
}

/** How far the identification of a user got; `possibleStatuses` describes each word. */
export interface KycUser {
  kycStatus: "IN_PROGRESS" | "NONE" | "REJECTED" | "SUCCESSFUL";
  possibleStatuses?: Record<string, string>;
}

/** An account as `platform-api` 14 shows it. */
export interface AccountMeta {
  account: string;
  kycApproved: boolean;
  xummPro: boolean;
  blocked: boolean;
  force_dtag: boolean;
  avatar: string;
  xummProfile: Profile;
  thirdPartyProfiles: Alias[];
  globalid: GlobalId;
}

/** An NFToken: what its number says, and what a node adds. */
export interface NftokenOut {
  issuer: string;
  token: string;
  owner?: string;
  name?: string;
  image?: string;
}

/** One network. */
export interface Rail {
  chain_id: number;
  color: string;
  name: string;
  is_livenet: boolean;
  native_asset: string;
  endpoints: RailEndpoint[];
  explorers: ExplorerOut[];
  rpc?: string;
  definitions?: string;
  reserves?: ReservesOut;
  icons: IconsOut;
}

/** The app's document. */
export interface DocumentOut {
  application: StoringApp;
  data: unknown;
}

/** The app's document as it is from now on. */
export interface DocumentStoredOut {
  application: StoringApp;
  stored: boolean;
  data: unknown;
}

/** Everything the app keeps for the user, by name. */
export interface KeysOut {
  operation: "LIST";
  keys: string[];
  count: number;
}

/** Those of the values asked for that exist, in the order asked. */
export interface ValuesOut {
  operation: "RETRIEVE";
  data: Record<string, unknown>;
  keys: string[];
  count: number;
}

/** It is stored, or it is gone. */
export interface PersistedOut {
  operation: "PERSIST" | "REMOVE";
  persisted: boolean;
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

/** A page of deliveries, latest first. */
export interface DeliveriesOut {
  deliveries: DeliveryOut[];
}

/** A delivery with every try, the first one first. */
export interface DeliveryDetailOut {
  delivery: DeliveryOut;
  attempts: AttemptOut[];
}

/** An event on its way to an endpoint, or a push on its way to a device. */
export interface DeliveryOut {
  id: number;
  webhook_id: string | null;
  kind: string;
  target: "push" | "webhook";
  endpoint: string;
  subject: string;
  state: "cancelled" | "delivered" | "failed" | "held" | "waiting";
  sending: boolean;
  attempts: number;
  next_at: string | null;
  created_at: string;
  finished_at: string | null;
}

/** How many deliveries were made due. */
export interface ResentOut {
  resent: number;
  more_before: number | null;
}

/** A page of calls, latest first. */
export interface CallsOut {
  calls: CallOut[];
}

/** One answered call: `reference` is its X-Call-Ref, `route` the endpoint without the values in its path. */
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

/** Who calls, and with which call. `quota` is an empty object: old clients demand one. */
export interface PingAuth {
  quota: Record<string, null>;
  application: PingedApp;
  call: PingCall;
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
  signers?: string[] | null;
  force_network?: string | null;
  return_url?: ReturnUrlIn | null;
  immutable?: boolean | null;
  force_account?: boolean | null;
}

/** The developer's own notes. */
export interface CustomMetaIn {
  identifier?: string | null;
  /** Private to the app: at most 1500 characters of compact JSON. */
  blob?: Record<string, unknown> | string | null;
  instruction?: string | null;
}

/** Where to send the person: the sign page, and its QR form where a push was sent and may not arrive. */
export interface Next {
  always: string;
  no_push_msg_received?: string;
}

/** Where to see the request: its QR code as image and matrix, and its live status. */
export interface Refs {
  qr_png: string;
  qr_matrix: string;
  qr_uri_quality_opts: string[];
  websocket_status: string;
}

/** Why `pushed` is false. */
export interface Unpushed {
  reason: "muted" | "no_device" | "no_user_token" | "rate_limited" | "silent" | "token_unknown";
}

/** Something that was let through although it may be a mistake: why, and where as a JSON pointer. */
export interface Caution {
  message: string;
  pointer: string;
}

/** Where the request stands, and how it was made (platform-api 5.1). */
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
  expired: boolean;
  pushed: boolean;
  app_opened: boolean;
  opened_by_deeplink: boolean | null;
  immutable?: boolean;
  forceAccount?: boolean;
  return_url_app: string | null;
  return_url_web: string | null;
  is_xapp: boolean;
  signers: string[] | null;
}

/** The app that asks, for developers (platform-api 5.2) and wallets (wallet-api 2.1). `disabled` is 0 or 1. */
export interface Application {
  name: string;
  description: string;
  disabled: number;
  uuidv4: string;
  icon_url: string;
  issued_user_token: string | null;
}

/** What is to be signed (platform-api 5.3). */
export interface PayloadRequestOut {
  tx_type: string;
  tx_destination: string;
  tx_destination_tag: number | null;
  request_json: unknown;
  origintype: string | null;
  signmethod: string | null;
  created_at: string;
  expires_at: string;
  expires_in_seconds: number;
  computed?: Record<string, unknown>;
}

/** How it was answered (platform-api 5.4); all null until then. */
export interface PayloadResponse {
  hex: string | null;
  txid: string | null;
  resolved_at: string | null;
  dispatched_to: string | null;
  dispatched_nodetype: string | null;
  dispatched_result: string | null;
  dispatched_to_node: boolean | null;
  environment_nodeuri: string | null;
  environment_nodetype: string | null;
  multisign_account: string | null;
  account: string | null;
  signer: string | null;
  user: string | null;
  environment_networkid: number | null;
}

/** The developer's own notes, as they were given (platform-api 4.3). */
export interface CustomMeta {
  identifier: string | null;
  blob: unknown;
  instruction: string | null;
}

/** The signatures that are here, while others are waited for. */
export interface CollectedOut {
  weight: number;
  quorum: number;
  signatures: ContributionOut[];
}

/** What was verified of a signed request. */
export interface Verified {
  signature: boolean;
  binding: boolean;
  rights: Rights | null;
  network: string | null;
  validated: boolean | null;
  result: string | null;
  delivered_amount: string | Record<string, string> | null;
  delivered_in_full: boolean | null;
  ledger_index: number | null;
  ledger_closed_at: string | null;
  differences: Departure[];
}

/** What came of a cancellation: `reason` is OK or one of four ALREADY_… */
export interface CancelResult {
  cancelled: boolean;
  reason: string;
}

/** The app, as its own page may show it. */
export interface AuthorizedApp {
  name: string;
}

/** A change of one account's balance, in whole units. */
export interface ChangeOut {
  counterparty: string;
  currency: string;
  value: string;
  formatted: Record<string, string>;
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

/** Who made a hook. */
export interface HookCreator {
  name: string | null;
  mail: string | null;
  site: string | null;
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

/** A name somebody gives the account. */
export interface Alias {
  accountAlias: string;
  source: string;
}

/** A link to an identity; this server makes none. */
export interface GlobalId {
  linked: string | null;
  profileUrl: string | null;
}

/** A node that wallets may use. */
export interface RailEndpoint {
  name: string;
  url: string;
}

/** A ledger explorer; what is looked up is appended to each address. */
export interface ExplorerOut {
  name: string;
  url_tx: string;
  url_account?: string;
  url_ctid?: string;
}

/** What an account must keep, and for each object it owns, in the native asset. */
export interface ReservesOut {
  account: number;
  object: number;
}

/** Pictures as `data:` URLs. */
export interface IconsOut {
  icon_square: string;
  icon_asset: string;
}

/** The app whose document it is. */
export interface StoringApp {
  name: string;
  uuidv4: string;
}

/** One try. */
export interface AttemptOut {
  number: number;
  at: string;
  status: number | null;
  latency_ms: number | null;
  error: string | null;
  answer: string | null;
}

/** The calling app. `webhookurl` is empty where there is none and `disabled` a number: old clients check both. */
export interface PingedApp {
  uuidv4: string;
  name: string;
  webhookurl: string;
  redirecturis: string[];
  disabled: 0 | 1;
}

/** This call; the same as the header X-Call-Ref. */
export interface PingCall {
  uuidv4: string;
}

/** Where people go after answering. */
export interface ReturnUrlIn {
  /** Opened by the wallet. */
  app?: string | null;
  /** Opened by the browser that shows the sign page. */
  web?: string | null;
}

/** One signature of several that is here. */
export interface ContributionOut {
  account: string;
  signer: string;
  weight: number;
  signed_at: string;
}

/** What the ledger said of whoever signed. */
export interface Rights {
  networks: string[];
  key: "master" | "regular" | "signers";
  signers: string[];
  weight: number | null;
  quorum: number | null;
}

/** One field in which the signed transaction is not the request, as a wallet may have it (wallet-api 10.2). */
export interface Departure {
  field: string;
  how: string;
  requested: unknown;
  signed: unknown;
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
