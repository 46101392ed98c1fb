// The platform as a wallet uses it: a device's key, signed calls, pairing, and the stream that wakes it.
//
// Owns the device's key, the pairing with its pinned view key, and the shapes of `/api/v1/app`. Offers `WalletServer`.
// Never holds a key of an account, never decides what is signed, and never believes a view that the pinned key has not
// signed.

import type { ServerEvent } from "./events";
import type * as wire from "./shapes";

export * from "./errors";
export type * from "./events";
export type * from "./shapes";

export interface ConnectOptions {
  /** Where the server is reached. Default: the page's own origin. */
  at?: string;
  /** Name of the device in lists, 1 to 64 characters. Default: browser and system, such as "Firefox on Linux". */
  name?: string;
  /** Secret of an invitation, to become one more device of somebody's. */
  invitation?: string;
}

/** The server this browser is paired with. One device for all tabs, and for the service worker. */
export declare class WalletServer {
  /** Take up the pairing of this browser, or pair now. @throws ServerRefused (820: an invitation is needed), Offline, ServerUnusable */
  static connect(options?: ConnectOptions): Promise<WalletServer>;
  /** Take up the pairing of this browser without asking anybody; null where there is none. */
  static resume(options?: { at?: string }): Promise<WalletServer | null>;
  /** Forget the pairing and the device's key, for pairing anew. The server keeps the device until it is revoked. */
  static forget(): Promise<void>;

  /** What the server said of itself when it was paired; `refreshCard` asks again. */
  get card(): wire.ServerCard;
  /** UUIDs of device and user. */
  get device(): string;
  get user(): string;
  /** Addresses whose codes and links are this server's. */
  get origins(): readonly string[];
  /** The pinned key, and those it followed. */
  get pinned(): readonly wire.ViewKey[];

  refreshCard(): Promise<wire.ServerCard>;
  /** Pin another view key from now on: only after the holder has compared its `kid` with the operator's. */
  pin(key: wire.ViewKey): Promise<void>;

  pending(): Promise<wire.Waiting[]>;
  openPayload(uuid: string, origin: wire.Origin): Promise<wire.Opened>;
  answer(uuid: string, answer: wire.Answer): Promise<wire.Answered>;

  accounts(): Promise<wire.ProvedAccount[]>;
  /** Prove an account: `sign` gets the object to sign with the account's master key and gives the blob in hex. */
  proveAccount(address: string, sign: (proof: wire.Members) => Promise<string>): Promise<{ added: boolean }>;
  removeAccount(address: string): Promise<void>;

  devices(): Promise<wire.Device[]>;
  /** How many active devices are left; revoking the own one ends the pairing. */
  revokeDevice(uuid: string): Promise<{ devicesLeft: number }>;
  invite(): Promise<wire.Invitation>;

  permissions(): Promise<wire.Permission[]>;
  revokePermission(app: string): Promise<void>;
  /** Let an app's requests wake nobody, or again everybody. */
  mute(app: string, muted: boolean): Promise<void>;

  xappInfo(identifier: string): Promise<wire.XappInfo>;
  launchXapp(identifier: string, order: wire.LaunchOrder): Promise<wire.Launch>;

  pushState(): Promise<wire.PushState>;
  subscribePush(subscription: PushSubscriptionJSON): Promise<wire.PushState>;
  unsubscribePush(): Promise<void>;

  ping(): Promise<wire.Pong>;
  /** Networks by their key; unsigned, public. */
  rails(): Promise<Record<string, wire.Rail>>;

  /** Follow what happens to the user's requests, for as long as it takes. @returns how to stop */
  events(listener: (event: ServerEvent) => void): () => void;
}
