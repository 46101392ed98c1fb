// Sign-in and sign requests for XRP Ledger apps, by your own Sealgate. Start with `Sealgate`.

export { Sealgate, type CredentialKind, type Events, type SealgateOptions } from "./sealgate.js";
export {
  SealgateError,
  type ErrorCode,
  type ErrorDetails,
  type LocalCode,
  type OAuthCode,
  type TokenCode,
  type WebhookCode,
} from "./errors.js";
export type { Session } from "./auth/session.js";
export type { SignInOptions } from "./auth/sign-in.js";
export type { Remember } from "./auth/keep.js";
export type { CallOptions } from "./caller.js";
export type { Fetch, Keep, Signal, SocketClass } from "./host.js";
export type { Activity, AppEvent, FollowOptions } from "./activity.js";
export type { Lookups, Rates } from "./lookups.js";
export type { Asked, Begun, DeviceSignIn, Introspection, OAuth, Tokens, UserInfo } from "./oauth.js";
export type { CreateOptions, PayloadRef, PayloadRequest, Payloads, RequestFields, SubscribeOptions } from "./payloads.js";
export type { Push } from "./push.js";
export type { Storage } from "./storage.js";
export type { RawStatus, StatusEvent, StatusListener, Subscription } from "./subscription.js";
export type { UserTokens } from "./user-tokens.js";
export type { Userdata, Value } from "./userdata.js";
export type { Context, Launch } from "./xapp/launch.js";
export type { ChosenDestination, Destination, XApp } from "./xapp/xapp.js";
export type {
  Amount,
  Asset,
  CommonFields,
  Drops,
  IssuedAmount,
  KnownTransaction,
  KnownType,
  Memo,
  MptAmount,
  Transaction,
  TransactionOf,
} from "./transactions.js";
export type * from "./models.js";
