// The keys that a server publishes, fetched when they are needed and kept.

import { send, type Wire } from "../caller.js";
import { SealgateError } from "../errors.js";
import { type Fetch, host } from "../host.js";

export interface Jwk {
  kty: string;
  kid?: string;
  alg?: string;
  crv?: string;
  use?: string;
  [member: string]: unknown;
}

/** Whoever sends made-up key ids must not make us ask the server each time. */
const ASK_AGAIN_MS = 60_000;
/** A key that was withdrawn, because it leaked, must not count for ever. */
const GOOD_FOR_MS = 3_600_000;

interface Kept {
  keys: Promise<Jwk[]>;
  /** Unix ms. */
  at: number;
}

const kept = new Map<string, Kept>();

/** Return the keys at an address that fit. Asks again where none does, once a minute at most. */
export async function keysAt(url: string, fits: (key: Jwk) => boolean, fetch?: Fetch): Promise<Jwk[]> {
  let known = kept.get(url);
  if (!known || Date.now() - known.at > GOOD_FOR_MS) known = ask(url, fetch);
  const found = (await known.keys).filter(fits);
  if (found.length || Date.now() - known.at < ASK_AGAIN_MS) return found;
  return (await ask(url, fetch).keys).filter(fits);
}

function ask(url: string, fetch: Fetch = (at, init) => host.fetch(at, init)): Kept {
  const wire: Wire = { url, fetch, timeoutMs: 10_000, retries: 2 };
  const init = { method: "GET", headers: { accept: "application/json" } };
  const keys = send(wire, url, init, true).then((answer) => {
    const found = (answer as { keys?: Jwk[] } | null)?.keys;
    if (Array.isArray(found)) return found;
    throw new SealgateError("bad_answer", `There are no keys at ${url}.`);
  });
  const asked = { keys, at: Date.now() };
  kept.set(url, asked);
  // A server that was away for a moment is asked again by the next call.
  keys.catch(() => {
    if (kept.get(url) === asked) kept.delete(url);
  });
  return asked;
}

