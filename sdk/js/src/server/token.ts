// Users' tokens, verified offline: who calls, and that this platform says so. (docs/guides/verify-tokens.md)

import { environment, type Fetch } from "../host.js";
import { checkHs256, checkRs256, checkTimes, parsed, refused } from "./jws.js";

export interface VerifyTokenOptions {
  /** Where your Sealgate is; SEALGATE_URL without it. Its keys are fetched once and kept. */
  url?: string;
  /** The provider's address, where it is not `url`. */
  issuer?: string;
  /** The app the token must be for; SEALGATE_API_KEY without it. */
  apiKey?: string;
  /** The app's live secrets, for tokens of xApps; SEALGATE_API_SECRET without it. */
  apiSecret?: string | readonly string[];
  /** Only this kind: of an xApp, or of a sign-in. */
  only?: "xapp" | "signIn";
  /** How far clocks may differ, 30 s without it. */
  slack_s?: number;
  /** Unix seconds; the machine's time without it. */
  now_s?: number;
  fetch?: Fetch;
}

export interface TokenClaims {
  /** The user's account. */
  sub: string;
  /** The app's API key. */
  client_id: string;
  iat: number;
  exp: number;
  app_name?: string;
  /** To push requests to the user by. */
  usertoken_uuidv4?: string | null;
  network_type?: string | null;
  network_endpoint?: string | null;
  network_id?: number | null;
  /** Of a sign-in. */
  iss?: string;
  aud?: string;
  scope?: string;
  payload_uuidv4?: string | null;
  /** Of an xApp. */
  ott_uuidv4?: string;
  [claim: string]: unknown;
}

/**
 * Return what a user's token says, once it is sure that it counts: an access token by the server's published keys
 * (RS256), the token of an xApp by the app's own secret (HS256). A token that was revoked looks valid until it ends:
 * where that matters, ask `ping` or `oauth.introspect`.
 *
 * @throws SealgateError whose `code` says why it does not count: `expired`, `wrong_app`, `wrong_signature`…
 */
export async function verifyToken(token: string, options: VerifyTokenOptions = {}): Promise<TokenClaims> {
  const apiKey = options.apiKey ?? environment("SEALGATE_API_KEY");
  const secrets = [options.apiSecret ?? environment("SEALGATE_API_SECRET") ?? []].flat();
  const url = options.url ?? environment("SEALGATE_URL") ?? "";
  const issuer = (options.issuer ?? url).replace(/\/+$/, "");
  const jws = parsed(token);
  const { alg, typ } = jws.header;
  const claims = jws.claims as TokenClaims;

  // The header chooses between two procedures, and neither has a key of the other's kind at hand.
  if (alg === "HS256" && options.only !== "signIn") {
    if (typ !== "JWT") throw refused("wrong_kind", "This is no token of an xApp.");
    if (!secrets.length) throw refused("unknown_key", "It takes the API secret to check this.", "Give `apiSecret`.");
    await checkHs256(jws, secrets);
  } else if (alg === "RS256" && options.only !== "xapp") {
    if (typ !== "at+jwt") throw refused("wrong_kind", "This is no access token.", "An ID token is not for calling with.");
    if (!issuer) throw refused("unknown_key", "It takes the server's keys to check this.", "Give `url`, or set SEALGATE_URL.");
    await checkRs256(jws, issuer, options.fetch);
    if (claims.iss !== issuer) throw refused("wrong_issuer", "Another server issued it.");
    if (claims.aud !== apiKey) throw refused("wrong_app", "It is for another app.");
  } else {
    throw refused("wrong_alg", "Tokens of users are signed with RS256 or HS256.");
  }
  if (!apiKey || claims.client_id !== apiKey) throw refused("wrong_app", "It is for another app.");
  if (typeof claims.sub !== "string") throw refused("incomplete", "It names no account.");
  checkTimes(claims, options.now_s ?? Date.now() / 1000, options.slack_s ?? 30);
  return claims;
}
