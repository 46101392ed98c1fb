// A signed token in its three parts (RFC 7515), and the checks that all kinds have in common.

import { SealgateError, type TokenCode } from "../errors.js";
import type { Fetch } from "../host.js";
import { fromBase64, isHmac, subtle, textOf, utf8 } from "./bytes.js";
import { type Jwk, keysAt } from "./keys.js";

export interface Jws {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  signature: Uint8Array;
  signed: Uint8Array;
}

/** No token of ours is longer. */
const LONGEST = 16_384;

export function refused(code: TokenCode, message: string, hint?: string): SealgateError {
  return new SealgateError(code, message, { hint });
}

/** Take a token apart; nothing of it is believed yet. */
export function parsed(token: string): Jws {
  const [header = "", claims = "", signature = "", more] = typeof token !== "string" || token.length > LONGEST ? [] : token.split(".");
  try {
    if (!header || !claims || !signature || more !== undefined) throw new Error("not three parts");
    return {
      header: object(header),
      claims: object(claims),
      signature: fromBase64(signature),
      signed: utf8(`${header}.${claims}`),
    };
  } catch {
    throw refused("malformed", "This is no signed token.", "Is it whole, and without `Bearer` in front?");
  }
}

function object(part: string): Record<string, unknown> {
  const value: unknown = JSON.parse(textOf(fromBase64(part)));
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("no object");
  return value as Record<string, unknown>;
}

/** Check that the server's published key made it: RS256, by the key that the header names. */
export async function checkRs256(jws: Jws, issuer: string, fetch?: Fetch): Promise<void> {
  const { kid } = jws.header;
  const fits = (key: Jwk): boolean => key.kty === "RSA" && key.kid === kid;
  const [key] = typeof kid === "string" ? await keysAt(`${issuer}/certs`, fits, fetch) : [];
  if (!key) throw refused("unknown_key", "No key of this server signed it.", "Is it the token of another server?");
  const how = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const { kty, n, e } = key;
  const imported = await subtle().importKey("jwk", { kty, n, e }, how, false, ["verify"]);
  if (!(await subtle().verify(how, imported, jws.signature, jws.signed))) throw wrongSignature();
}

/** Check that one of the app's live secrets made it: HS256, the secret as the text that it is, dashes included. */
export async function checkHs256(jws: Jws, secrets: readonly string[]): Promise<void> {
  for (const secret of secrets) if (await isHmac("SHA-256", utf8(secret), jws.signature, jws.signed)) return;
  throw wrongSignature("Was the API secret rotated? During a rotation, give both.");
}

/** Check the times, with half a minute for clocks that differ. Without `exp` nothing counts. */
export function checkTimes({ exp, nbf }: Record<string, unknown>, now_s: number, slack_s: number): void {
  if (typeof exp !== "number") throw refused("incomplete", "It does not say when it ends.");
  if (now_s >= exp + slack_s) throw refused("expired", "It has ended.", "Let the user sign in again.");
  if (typeof nbf === "number" && nbf > now_s + slack_s) throw refused("not_yet", "It is from the future.", "Is this machine's clock right?");
}

function wrongSignature(hint?: string): SealgateError {
  return refused("wrong_signature", "The signature is wrong.", hint);
}
