// Receipts: the platform's signed word on what became of a transaction. (docs/guides/outcomes.md)

import { environment, type Fetch } from "../host.js";
import { checkRs256, parsed, refused } from "./jws.js";

export interface VerifyReceiptOptions {
  /** Where your Sealgate is; SEALGATE_URL without it. */
  url?: string;
  /** The provider's address, where it is not `url`. */
  issuer?: string;
  /** The app it must be for; SEALGATE_API_KEY without it. */
  apiKey?: string;
  fetch?: Fetch;
}

export interface ReceiptClaims {
  iss: string;
  aud: string;
  iat: number;
  [claim: string]: unknown;
}

/** Return what a receipt states. It does not end. @throws SealgateError where it is not this server's word, or for another app. */
export async function verifyReceipt(receipt: string, options: VerifyReceiptOptions = {}): Promise<ReceiptClaims> {
  const issuer = (options.issuer ?? options.url ?? environment("SEALGATE_URL") ?? "").replace(/\/+$/, "");
  const jws = parsed(receipt);
  if (jws.header["alg"] !== "RS256") throw refused("wrong_alg", "Receipts are signed with RS256.");
  if (jws.header["typ"] !== "payload-receipt+jwt") throw refused("wrong_kind", "This is no receipt.");
  await checkRs256(jws, issuer, options.fetch);
  const claims = jws.claims as ReceiptClaims;
  if (claims.iss !== issuer) throw refused("wrong_issuer", "Another server issued it.");
  if (claims.aud !== (options.apiKey ?? environment("SEALGATE_API_KEY"))) throw refused("wrong_app", "It is for another app.");
  return claims;
}
