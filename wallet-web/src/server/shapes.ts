// Shapes of `/api/v1/app` as they are on the wire. Times are ISO 8601 in UTC. (docs/guides/wallet-api.md)

/** How the person got to a request. (platform-api 5.3) */
export type Origin = "QR" | "DEEP_LINK" | "PUSH_NOTIFICATION" | "EVENT_LIST" | "XAPP" | "UNKNOWN";

/** How the wallet was unlocked when it signed. */
export type SignMethod = "PIN" | "BIOMETRIC" | "PASSPHRASE" | "OTHER";

/** A JSON object. */
export type Members = { [name: string]: unknown };

/** Public half of the key that signs views: Ed25519 as a JWK, `kid` its RFC 7638 thumbprint. */
export interface ViewKey {
  kid: string;
  x: string;
  kty: string;
  crv: string;
}

/** What a server says of itself, unsigned. */
export interface ServerCard {
  name: string;
  public_url: string;
  issuer: string;
  view_key: ViewKey;
  earlier_view_keys: ViewKey[];
  pairing: "open" | "closed";
  time: string;
}

/** Something by its UUID. */
export interface Ref {
  uuid: string;
}

export interface Paired {
  user: Ref;
  device: Ref;
  server: ServerCard;
}

/** An app as requests show it. */
export interface Application {
  uuidv4: string;
  name: string;
  description: string | null;
  icon_url: string | null;
}

/** The conditions on an answer. `signers` null means anybody, `force_network` null any network. */
export interface Conditions {
  uuid: string;
  multisign: boolean;
  submit: boolean;
  pathfinding: boolean;
  pathfinding_fallback: boolean;
  force_network: string | null;
  signers: string[] | null;
  custom_instruction: string | null;
  return_url_app: string | null;
  return_url_web: string | null;
}

/** What is to be signed. Of pseudo transactions `request_json` has no `TransactionType`. */
export interface Asked {
  tx_type: string;
  request_json: Members;
  created_at: string;
  expires_at: string;
}

/** What whoever made the request wants shown beside it. */
export interface Presentation {
  lines: string[];
  origin: string | null;
  matching_number: string | null;
}

/** The server's statement of a request, for one device: the only thing a wallet shows and signs by. (ADR 4) */
export interface Statement {
  v: number;
  iss: string;
  iat: number;
  device: string;
  meta: Conditions;
  application: Application;
  payload: Asked;
  presentation: Presentation | null;
}

/** A statement with its signature: base64url, Ed25519 over the RFC 8785 form of `payload`. */
export interface SignedView {
  payload: Statement;
  signature: string;
  kid: string;
}

/** What an xApp tells, and which one opens for it. */
export interface XappEvent {
  identifier: string;
  title: string;
  subtitle: string | null;
  body: string;
}

/** A waiting request: for choosing only, nothing vouches for it. With `xapp` there is nothing to sign. */
export interface Waiting {
  meta: Conditions & { is_xapp: boolean; pushed: boolean; expired: boolean };
  application: Application;
  payload: Asked & { expires_in_seconds: number };
  xapp?: XappEvent;
}

/** An opened request. */
export interface Opened extends Waiting {
  view: SignedView;
}

/** Where the wallet was when it answered: a node's address, a network's key. */
export interface Environment {
  nodeuri?: string;
  nodetype?: string;
}

/** What a node said to a transaction at first: no proof of anything. */
export interface Dispatched {
  to: string;
  nodetype: string;
  result: string;
}

/** A signature handed in. `tx_id` is absent for a channel claim. */
export interface SignAnswer {
  signed_blob: string;
  tx_id?: string;
  signpubkey: string;
  signmethod: SignMethod;
  multisigned: string;
  environment: Environment;
  origintype: Origin;
}

/** A rejection: `USER` declined, `APP` could not process the request. */
export interface RejectAnswer {
  reject: true;
  reject_initiator: "USER" | "APP";
  reject_reason?: string;
  origintype: Origin;
}

export interface DispatchAnswer {
  dispatched: Dispatched;
}

export type Answer = SignAnswer | RejectAnswer | DispatchAnswer;

/**
 * An answer is accepted and durable. `user_token`: the app may push to this user from now on. `collected`: others must
 * sign as well, and the request stays open for them.
 */
export interface Answered {
  reference_call_uuidv4: string;
  signed: boolean;
  user_token: boolean;
  return_url: { app: string | null; web: string | null };
  collected?: { weight: number; quorum: number };
}

export interface ProvedAccount {
  account: string;
  public_key: string;
  added_at: string;
}

export interface Device {
  uuid: string;
  name: string;
  platform: string;
  created_at: string;
  revoked_at: string | null;
  current: boolean;
}

/** Lets one more device join the same user, once, for ten minutes: `code` is the QR code of `web_link`, row by row. */
export interface Invitation {
  invitation: string;
  expires_at: string;
  link: string;
  web_link: string;
  code: string[];
}

/** An app that may push to this user. `validity` in whole days. */
export interface Permission {
  app: { id: string; name: string; description: string; icon: string };
  urls: { homepage: string | null; terms: string | null; support: string | null; privacy: string | null };
  grant: { validity: number; issued: string; expires: string };
  muted: boolean;
}

export interface XappInfo {
  identifier: string;
  /** UUID of its app. */
  appid: string;
  name: string;
  icon: string;
  description: string;
  developerName: string | null;
  supportUrl: string | null;
  websiteUrl: string | null;
  termsUrl: string | null;
  privacyUrl: string | null;
  networks: string[];
}

/** How the person got to an xApp: as to a request, or from the wallet's list. (platform-api 16.2) */
export type LaunchOrigin = Origin | "XAPP_STORE";

/** What a wallet says when it opens an xApp; every member may be left out. */
export interface LaunchOrder {
  version?: string;
  locale?: string;
  currency?: string;
  style?: "light" | "dark" | "moonlight" | "royal";
  nodetype?: string;
  nodewss?: string;
  origin?: { type: LaunchOrigin; data: Members };
  parameters?: Members;
  account?: string;
  accounttype?: "Regular" | "Tangem";
  accountaccess?: "Full" | "ReadOnly";
  xAppNavigateData?: Members;
}

export interface Launch {
  ott: string;
  appid: string;
  xappTitle: string;
  icon: string;
  xappSupportUrl: string | null;
  permissions: { special: string[]; commands: string[] };
  identifier: string;
  network: string;
  url: string;
  user_agent: string;
}

/** Whether this device can be woken; `application_server_key` is what to subscribe with. */
export interface PushState {
  application_server_key: string;
  subscription: { endpoint: string; created_at: string; last_ok_at: string | null } | null;
}

export interface Pong {
  pong: boolean;
  badge: number;
  auth: { user: { uuidv4: string }; device: { uuidv4: string; name: string }; call: { uuidv4: string } };
}

/** A network as the server lists it. (platform-api 11) */
export interface Rail {
  chain_id: number;
  color: string;
  name: string;
  is_livenet: boolean;
  native_asset: string;
  endpoints: { name: string; url: string }[];
  explorers: { name: string; url_tx: string; url_account?: string; url_ctid?: string }[];
  rpc?: string;
  definitions?: string;
  reserves?: { account: number; object: number };
  icons: { icon_square: string; icon_asset: string };
}
