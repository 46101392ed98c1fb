// How it ended, and where to go now.

import type { Ending } from "../nodes";
import type { Answered, Dispatched, Origin } from "../server";

/**
 * Where to go now. `other_window`: the browser that shows the code goes on by itself. `xapp`: back to the xApp that
 * asked. `none`: nobody said.
 */
export type WayBack = { kind: "link"; href: string } | { kind: "other_window" } | { kind: "xapp" } | { kind: "none" };

export interface Result {
  signed: boolean;
  txid: string | null;
  /** Key of the network; null for what is no transaction, and for a rejection. */
  network: string | null;
  /** Who signed; null for a rejection. */
  account: string | null;
  /** Whether the app may push to this user from now on. */
  userToken: boolean;
  /** Others must sign as well: what the signatures weigh, and what they must weigh. */
  collected: { weight: number; quorum: number } | null;
  /** What the node said at first; null where nothing was submitted. */
  dispatched: Dispatched | null;
  /** What the ledger said in the end; null where nobody waited for it. */
  ending: Ending | null;
  wayBack: WayBack;
  /** UUID of the call that settled the request, for support; null where no server was told. */
  reference: string | null;
}

/** Schemes that run or read something here in place of going somewhere. */
const NEVER = /^(?:javascript|data|vbscript|blob|file|about|view-source|filesystem):/i;

/** Where a person goes who came like this and answered. (platform-api 5.5) */
export function wayBack(origin: Origin, answered: Pick<Answered, "return_url">): WayBack {
  if (origin === "XAPP") return { kind: "xapp" };
  // Scanned from another screen, the page that shows the code goes on by itself.
  if (origin === "QR") return { kind: "other_window" };
  const { app, web } = answered.return_url;
  // Whoever was pushed may have left a browser open, which then goes to the one address there is for both.
  const places = origin === "DEEP_LINK" ? [app, web] : app === web ? [] : [app];
  const href = places.find((url) => url !== null && isPlace(url));
  if (href !== undefined && href !== null) return { kind: "link", href };
  return origin === "DEEP_LINK" || app !== null ? { kind: "other_window" } : { kind: "none" };
}

function isPlace(url: string): boolean {
  if (NEVER.test(url.trim()) || !/^[a-z][a-z0-9+.-]*:/i.test(url)) return false;
  try {
    return new URL(url).href !== "";
  } catch {
    return false;
  }
}
