// A request from a code to its answer: read, opened, checked, explained, filled in, signed once, handed in, followed.
//
// Owns what a person is told of a request, and that one press gives one answer. Offers `readCode`, `openRequest`,
// `prepare`, `explain`, `answer` and `reject`. Never holds a key (whoever calls passes the signing in), never shows
// anything (texts are message keys with values), and never signs what the server has not vouched for.

import type { LedgerNode, Network, Ending } from "../nodes";
import type { Answered, Dispatched, Members, Origin, SignMethod, Statement, WalletServer } from "../server";
import type { MessageKey } from "./messages";

export type { MessageKey } from "./messages";

// ── reading a code ──

export type Code =
  | { kind: "request"; uuid: string }
  | { kind: "xapp"; identifier: string; params: Record<string, string>; text: string }
  | { kind: "payment"; payment: PaymentCode }
  | { kind: "pairing"; server: string; invitation: string }
  | { kind: "refused"; reason: CodeRefusal; host?: string }
  | { kind: "unknown" };

/** Why a code that can be understood is not followed. `host` is told for `foreign_server`. */
export type CodeRefusal =
  | "foreign_server"
  | "secret"
  | "signed_transaction"
  | "transaction_template"
  | "transaction_hash"
  | "pay_id"
  | "payment_invalid"
  | "other_feature";

/** Whom to pay what. Amounts are decimal text in whole units, never drops; null is what the code leaves open. */
export interface PaymentCode {
  to: string;
  tag: number | null;
  amount: string | null;
  currency: string | null;
  issuer: string | null;
  invoiceId: string | null;
  /** Rail key, upper case; null where the code names none. One the wallet does not know is for refusing. */
  network: string | null;
}

/** Read what a camera, a clipboard or a link gave. `origins`: addresses of the paired server (`server.origins`). */
export declare function readCode(text: string, origins: readonly string[]): Code;

// ── opening ──

/** A request that the pinned key vouches for. */
export interface OpenRequest {
  readonly uuid: string;
  readonly origin: Origin;
  /** All that may be shown and signed by. */
  readonly view: Statement;
  readonly isSignIn: boolean;
  /** Whether the wallet submits it: not pseudo, not multi-signed, and asked for. */
  readonly isSubmitted: boolean;
  /** Identifier of the xApp that opens in place of anything to sign, or null. */
  readonly xapp: string | null;
  /** The challenge of a sign-in, decoded from the memo that is signed; null where there is none. */
  readonly challenge: Challenge | null;
  readonly expiresAt: Date;
}

/** What a sign-in is bound to. */
export interface Challenge {
  payload: string;
  domain: string;
  app: string;
  origin: string | null;
  number: string | null;
}

/** Why a request is not signed here. */
export type RefusalReason =
  | "not_vouched_for" | "view_key_changed" | "other_device" | "wrong_challenge"
  | "expired" | "answered" | "signed" | "cancelled" | "of_another" | "unknown_request" | "app_off" | "not_signable"
  | "network_unknown" | "network_of_type" | "signer_not_here" | "multisign_needs_account" | "account_not_on_ledger" | "xapp_message"
  | "field_invalid" | "amount_missing"
  | "busy" | "offline" | "node_unavailable" | "server";

/** A request cannot go on; `values` belong to the message `refused.<reason>`. */
export declare class RequestRefused extends Error {
  readonly reason: RefusalReason;
  readonly values: Record<string, string>;
  /** Whether pressing again may help: nothing is lost and nothing is answered twice. */
  readonly canRetry: boolean;
  /** Message key of the explanation. */
  readonly key: MessageKey;
}

/** Open a request. Throws RequestRefused; ServerRefused where the server says something no request explains. */
export declare function openRequest(server: WalletServer, uuid: string, origin: Origin): Promise<OpenRequest>;

// ── preparing ──

/** The network to sign on: the forced one, else the one chosen, else the first that knows the type. */
export declare function chooseNetwork(request: OpenRequest, networks: readonly Network[], chosen?: string): Network;

/** Which of the wallet's accounts may sign; the first is the one to preselect. Empty is a dead end. */
export declare function signersFor(request: OpenRequest, accounts: readonly string[], preferred?: string): string[];

/** What will be signed, without signatures. */
export interface Prepared {
  request: OpenRequest;
  account: string;
  network: Network;
  transaction: Members;
  /** Fields that were guessed because no node was asked. */
  filled: string[];
  /** The definitions to encode by: null for the codec's own. */
  definitions: Members | null;
  /** What a node takes at this moment, in drops; null without a node. */
  normalFee: string | null;
}

export interface PrepareOptions {
  /** Without a node nothing is known of the account and nothing is submitted. */
  node?: LedgerNode | null;
  /** Payment and CheckCash without `Amount`: what the person typed, as the ledger has it. */
  amount?: string | Members;
  publicKey?: string;
}

export declare function prepare(request: OpenRequest, account: string, network: Network, options?: PrepareOptions): Promise<Prepared>;

// ── explaining ──

export type Level = "info" | "caution" | "danger";

/** A text by key with the values that go into it; values are somebody else's words and shown as text only. */
export interface Message {
  key: MessageKey;
  values?: Record<string, string | number>;
}

/** A value for showing. Amounts are decimal text in whole units. `text` is somebody else's words. */
export type Shown =
  | { kind: "text"; text: string }
  | { kind: "message"; message: Message }
  | { kind: "amount"; value: string; asset: string; issuer?: string }
  | { kind: "address"; address: string; tag?: number }
  | { kind: "hash"; hash: string }
  | { kind: "time"; at: Date }
  | { kind: "number"; value: number }
  | { kind: "list"; items: Shown[] };

export interface Fact {
  label: MessageKey;
  shown: Shown;
}

export interface Warning {
  code: string;
  level: Level;
  message: Message;
}

/** One field: `=` as asked, `+` added by the wallet, `~` changed by the wallet, `-` asked but not signed. Values are for showing as text. */
export interface DiffLine {
  mark: "=" | "+" | "~" | "-";
  field: string;
  value: string;
  asked?: string;
}

export interface Explanation {
  title: Message;
  /** What signing does, in a sentence or two. */
  sentences: Message[];
  facts: Fact[];
  diff: DiffLine[];
  /** The worst first. */
  warnings: Warning[];
  /** For a sign-in: compare with the other screen. */
  matchingNumber: string | null;
}

export declare function explain(prepared: Prepared, options?: { networks?: readonly Network[]; chosen?: string; now?: Date }): Explanation;

// ── answering ──

/** Signs what was prepared, with the vault: `(account, transaction, { multisignFor, definitions }) => …`. */
export type Sign = (
  account: string,
  transaction: Members,
  options: { multisignFor?: string; definitions?: Members },
) => Promise<{ signedBlob: string; txid: string | null; signPubKey: string; multisigned: string }>;

export type Step = "signing" | "handing_in" | "submitting" | "following" | "done";

export interface AnswerOptions {
  sign: Sign;
  method: SignMethod;
  node?: LedgerNode | null;
  /** Stay until the ledger has decided. Default: true where something is submitted. */
  follow?: boolean;
  onStep?: (step: Step) => void;
  signal?: AbortSignal;
}

/** Where to go now. `other_window`: the browser that shows the code goes on by itself. */
export type WayBack = { kind: "link"; href: string } | { kind: "other_window" } | { kind: "xapp" } | { kind: "none" };

export interface Result {
  signed: boolean;
  txid: string | null;
  /** Key of the network, null for what is no transaction and for a rejection. */
  network: string | null;
  account: string | null;
  /** Whether the app may push to this user from now on. */
  userToken: boolean;
  dispatched: Dispatched | null;
  ending: Ending | null;
  wayBack: WayBack;
  /** UUID of the call that settled the request, for support. */
  reference: string | null;
  answered: Answered | null;
}

/** Sign and hand in, once: a second press, another tab and a lost answer give the same result, and one signature. */
export declare function answer(server: WalletServer, prepared: Prepared, options: AnswerOptions): Promise<Result>;

/** Decline. `APP`: the wallet cannot process the request. */
export declare function reject(
  server: WalletServer,
  request: OpenRequest,
  options?: { reason?: string; initiator?: "USER" | "APP" },
): Promise<Result>;
