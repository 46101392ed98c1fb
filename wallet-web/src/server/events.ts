// What the stream of a user tells. (docs/guides/wallet-api.md, "Be woken")

/** What happened to a request. `payload_listed`: it is on the list, and nobody is to be woken. */
export type NewsKind = "payload_created" | "payload_listed" | "payload_resolved" | "payload_cancelled" | "xapp_push";

/**
 * `ready`: from now on nothing is missed, so read the pending list after it. `resync`: too much was missed, read the
 * list. `payload` may come twice. `revoked`: this device counts no more; nothing follows. `lost`: the stream broke off,
 * or did not begin, and is tried again after `retryMs`.
 */
export type ServerEvent =
  | { type: "ready" }
  | { type: "payload"; uuid: string; kind: NewsKind }
  | { type: "resync" }
  | { type: "revoked" }
  | { type: "lost"; retryMs: number };
