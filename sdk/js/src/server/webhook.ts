// Deliveries of webhooks: genuine, and of now. (docs/guides/webhooks.md)

import { SealgateError, type WebhookCode } from "../errors.js";
import { environment, type Fetch } from "../host.js";
import { fromBase64, fromHex, isHmac, subtle, textOf, utf8 } from "./bytes.js";
import type { WebhookEvent } from "./events.js";
import { type Jwk, keysAt } from "./keys.js";

/** Headers of a request: of Node (`request.headers`), of `fetch` (`request.headers`), or a plain object. */
export type Headers = { get(name: string): string | null } | Record<string, string | readonly string[] | undefined>;

export interface VerifyWebhookOptions {
  /** The endpoint's secret, `whsec_…`; SEALGATE_WEBHOOK_SECRET without it. Both during a rotation. */
  webhookSecret?: string | readonly string[];
  /** The app's API secret, for endpoints that check as receivers of old; SEALGATE_API_SECRET without it. */
  apiSecret?: string | readonly string[];
  /** Where your Sealgate is: to check by its published keys, where there is no secret. */
  url?: string;
  /** How old a delivery may be, 300 s without it. */
  tolerance_s?: number;
  /** Unix seconds; the machine's time without it. */
  now_s?: number;
  fetch?: Fetch;
}

/** A genuine delivery. */
export interface Delivery {
  /** The same each time it comes: remember it. */
  id: string;
  /** Seconds since 1970, of this attempt. */
  timestamp: number;
  event: WebhookEvent;
}

/**
 * Return what a delivery says, once it is sure that this platform sent it just now. Signatures are Standard Webhooks
 * with the endpoint's secret or by the server's published key; without either, the one of old by the API secret.
 *
 * @param body As it came, before anything parsed it.
 * @throws SealgateError `unsigned`, `wrong_signature`, `too_old`, `malformed`: answer 400.
 */
export async function verifyWebhook(
  body: string | Uint8Array,
  headers: Headers,
  options: VerifyWebhookOptions = {},
): Promise<Delivery> {
  const bytes = typeof body === "string" ? utf8(body) : body;
  const told = (name: string): string => headerOf(headers, name);
  const secrets = [options.webhookSecret ?? environment("SEALGATE_WEBHOOK_SECRET") ?? []].flat();
  const apiSecrets = [options.apiSecret ?? environment("SEALGATE_API_SECRET") ?? []].flat();

  const standard = secrets.length > 0 || options.url !== undefined;
  const timestamp = told(standard ? "webhook-timestamp" : "x-xumm-request-timestamp");
  const signature = told(standard ? "webhook-signature" : "x-xumm-request-signature");
  if (!timestamp || !signature) throw refused("unsigned", "It is not signed.");
  if (!standard && !apiSecrets.length) {
    throw new SealgateError("configuration", "There is nothing to check it with.", { hint: "Give `webhookSecret`." });
  }
  const id = told("webhook-id") || told("x-xumm-payload");
  const genuine = standard
    ? await isStandard(id, timestamp, signature, bytes, secrets, options)
    : await isCompat(timestamp, signature, bytes, apiSecrets);
  if (!genuine) throw refused("wrong_signature", "Somebody else signed it.", "Is the body as it came, byte for byte?");
  const age_s = (options.now_s ?? Date.now() / 1000) - Number(timestamp);
  if (!(Math.abs(age_s) <= (options.tolerance_s ?? 300))) throw refused("too_old", "It is not from now.");
  return { id, timestamp: Number(timestamp), event: eventIn(bytes) };
}

async function isStandard(
  id: string,
  timestamp: string,
  signatures: string,
  body: Uint8Array,
  secrets: readonly string[],
  { url, fetch }: VerifyWebhookOptions,
): Promise<boolean> {
  const message = joined(utf8(`${id}.${timestamp}.`), body);
  const given = (version: string): Uint8Array[] =>
    signatures
      .split(" ")
      .filter((one) => one.startsWith(`${version},`))
      .flatMap((one) => decoded(one.slice(version.length + 1)));
  for (const secret of secrets) {
    const [key] = decoded(secret.replace(/^whsec_/, ""));
    for (const one of given("v1")) if (key && (await isHmac("SHA-256", key, one, message))) return true;
  }
  if (url === undefined) return false;
  const fits = (key: Jwk): boolean => key.kty === "OKP" && key.crv === "Ed25519";
  for (const { kty, crv, x } of await keysAt(`${url.replace(/\/+$/, "")}/.well-known/sealgate-webhook-keys`, fits, fetch)) {
    const key = await subtle().importKey("jwk", { kty, crv, x }, { name: "Ed25519" }, false, ["verify"]);
    for (const one of given("v1a")) if (await subtle().verify("Ed25519", key, one, message)) return true;
  }
  return false;
}

/** HMAC-SHA1 of timestamp and body by the secret without its first dash: receivers everywhere do the same. */
async function isCompat(timestamp: string, signature: string, body: Uint8Array, secrets: readonly string[]): Promise<boolean> {
  const message = joined(utf8(timestamp), body);
  for (const secret of secrets) {
    if (await isHmac("SHA-1", utf8(secret.replace("-", "")), fromHex(signature), message)) return true;
  }
  return false;
}

function eventIn(bytes: Uint8Array): WebhookEvent {
  try {
    const value = JSON.parse(textOf(bytes)) as WebhookEvent | { meta: unknown };
    // The event that published clients know has no type of its own.
    if ("payloadResponse" in value) return { type: "payload.resolved", data: value } as WebhookEvent;
    if ("type" in value && "data" in value) return value as WebhookEvent;
  } catch {}
  throw refused("malformed", "It is no event.");
}

function headerOf(headers: Headers, name: string): string {
  if (typeof headers["get"] === "function") return (headers["get"] as (name: string) => string | null)(name) ?? "";
  for (const [key, value] of Object.entries(headers)) {
    if (key.toLowerCase() === name) return typeof value === "string" ? value : (value as readonly string[])[0] ?? "";
  }
  return "";
}

function decoded(text: string): Uint8Array<ArrayBuffer>[] {
  try {
    return [fromBase64(text)];
  } catch {
    return [];
  }
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const all = new Uint8Array(head.length + tail.length);
  all.set(head);
  all.set(tail, head.length);
  return all;
}

function refused(code: WebhookCode, message: string, hint?: string): SealgateError {
  return new SealgateError(code, message, { hint });
}
