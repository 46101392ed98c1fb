// The platform as a wallet uses it: a device's key, signed calls, pairing, and the stream that wakes it.
//
// Owns the device's key, the pairing with its pinned view key, and the shapes of `/api/v1/app`. Offers `WalletServer`.
// Never holds a key of an account, never decides what is signed, and never believes a view that the pinned key has not
// signed.

export { verifyView } from "./device_key";
export * from "./errors";
export type * from "./events";
export type * from "./shapes";
export { WalletServer, type ConnectOptions } from "./wallet_server";
