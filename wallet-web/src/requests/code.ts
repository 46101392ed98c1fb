// What a camera, a clipboard or a link gave, told apart. (wallet-api 4.2)

import { isAddress, readAddress } from "../ledger";
import { type PaymentCode, readPayment } from "./payment_code";

/** Why a code that can be understood is not followed. */
export type CodeRefusal =
  | "foreign_server"
  | "secret"
  | "signed_transaction"
  | "transaction_template"
  | "transaction_hash"
  | "pay_id"
  | "payment_invalid"
  | "other_feature";

/** A code, read. `host` is told for `foreign_server`. */
export type Code =
  | { kind: "request"; uuid: string }
  | { kind: "xapp"; identifier: string; params: Record<string, string>; text: string }
  | { kind: "payment"; payment: PaymentCode }
  | { kind: "pairing"; server: string; invitation: string }
  | { kind: "refused"; reason: CodeRefusal; host?: string }
  | { kind: "unknown" };

const LONGEST = 8192;
const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const BARE_UUID = new RegExp(`^${UUID}$`, "i");
const SIGN_PATH = new RegExp(`^/(?:sign|wallet/sign)/(${UUID})(?:[/_?].*)?$`, "i");
const XAPP_PATH = /^\/detect\/xapp(?::|%3a)([^/]+)(?:\/.*)?$/i;
const XAPP_ID = /^[A-Za-z0-9._-]{3,64}$/;
const PAYMENT_PATH = /^\/detect\/request(?:(?::|%3a)([^/]+))?\/?$/i;
const OWN_SCHEMES: ReadonlySet<string> = new Set(["sealgate:", "web+sealgate:"]);
const LEDGER_SCHEMES: ReadonlySet<string> = new Set(["web+xrpl:", "xrpl:", "xrp:", "ripple:", "xrpladdr:", "xrpl-address:"]);
/** Wallets that belong to one platform, which is not ours. */
const OTHER_SCHEMES: ReadonlySet<string> = new Set(["xumm:", "xaman:"]);
/** Hosts of this machine are one. */
const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);
const SEED = /^(?:.*: )?s[1-9A-HJ-NP-Za-km-z]{24,34}$/;
const PRIVATE_KEY = /^(?:ED|00)[0-9A-F]{64}$/i;
const HEX = /^(?:[0-9A-F]{2}){34,}$/i;
const HASH = /^[0-9A-F]{64}$/i;

/**
 * Read a code.
 *
 * @param origins Addresses of the server this wallet is paired with: what belongs to another one is refused by name.
 */
export function readCode(text: string, origins: readonly string[]): Code {
  const given = text.trim();
  if (given === "" || given.length > LONGEST) return { kind: "unknown" };
  if (BARE_UUID.test(given)) return { kind: "request", uuid: given.toLowerCase() };
  if (looksSecret(given)) return refused("secret");
  if (readAddress(given) !== null) return payment({ to: given });
  if (HASH.test(given)) return refused("transaction_hash");
  if (HEX.test(given)) return refused(isJson(given) ? "transaction_template" : "signed_transaction");
  // Before links: an address with a tag behind a colon has the form of one.
  const [, to, tag] = /^(\S{25,60})[:\-?](?:dt=)?(\d{1,10})$/.exec(given) ?? [];
  if (to !== undefined && isAddress(to)) return payment({ to, tag: tag ?? "" });
  const url = parsed(given);
  if (url !== null) return readUrl(url, given, origins);
  const query = /^(\S{25,60})\?(.+)$/.exec(given);
  if (query !== null && readAddress(query[1]!) !== null) return payment({ ...queryOf(query[2]!), to: query[1]! });
  if (/^[^\s$]+\$[^\s/]+\.[^\s]+$/.test(given)) return refused("pay_id");
  return readLines(given);
}

function readUrl(url: URL, text: string, origins: readonly string[]): Code {
  const params = queryOf(url.search);
  if (url.protocol === "http:" || url.protocol === "https:") return readWebLink(url, text, params, origins);
  const rest = text.slice(url.protocol.length).replace(/^\/\//, "");
  const [place = "", ...more] = rest.split(/[?#]/)[0]!.split("/");
  const last = more.filter((part) => part !== "").at(-1) ?? "";
  if (OWN_SCHEMES.has(url.protocol)) {
    if (place === "sign" && BARE_UUID.test(last)) return { kind: "request", uuid: last.toLowerCase() };
    if (BARE_UUID.test(place)) return { kind: "request", uuid: place.toLowerCase() };
    if (place === "xapp") return xapp(decoded(last), params, text);
    if (place === "pair") return pairing(params["server"] ?? "", params["invitation"], origins);
  }
  if (OTHER_SCHEMES.has(url.protocol)) return { kind: "refused", reason: "foreign_server", host: url.protocol.slice(0, -1) };
  // A scheme that pages can register hands over the link it stands for.
  if (url.protocol.startsWith("web+")) {
    const inner = parsed(decoded(rest));
    if (inner !== null && /^https?:$/.test(inner.protocol)) return readUrl(inner, inner.href, origins);
  }
  if (LEDGER_SCHEMES.has(url.protocol) || readAddress(withoutTag(place)) !== null) {
    if (place.startsWith("to=")) return payment(queryOf(rest));
    if (params["to"] !== undefined) return payment(params);
    const [address = "", tag] = place.split(/[:-]/);
    return payment({ ...params, to: decoded(address), ...(tag === undefined ? {} : { tag }) });
  }
  return { kind: "unknown" };
}

function readWebLink(url: URL, text: string, params: Record<string, string>, origins: readonly string[]): Code {
  const isOurs = origins.some((origin) => sameServer(origin, url));
  const invitation = queryOf(url.hash.slice(1))["invitation"];
  if (url.pathname === "/wallet/welcome" && invitation !== undefined) return pairing(url.origin, invitation, origins);
  const uuid = SIGN_PATH.exec(url.pathname)?.[1];
  const identifier = XAPP_PATH.exec(url.pathname)?.[1];
  if ((uuid !== undefined || identifier !== undefined) && !isOurs) return { kind: "refused", reason: "foreign_server", host: url.host };
  if (uuid !== undefined) return { kind: "request", uuid: uuid.toLowerCase() };
  if (identifier !== undefined) return xapp(decoded(identifier), params, text);
  const asked = PAYMENT_PATH.exec(url.pathname);
  // A request for a payment is nobody's: it names an account of the ledger, whoever's link carries it.
  if (asked !== null) return payment({ ...params, ...(asked[1] === undefined ? {} : { to: decoded(asked[1]) }) });
  if (params["to"] !== undefined && readAddress(withoutTag(params["to"])) !== null) return payment(params);
  if (/^\/tx\//.test(url.pathname)) return refused(HASH.test(url.pathname.slice(4)) ? "transaction_hash" : "signed_transaction");
  if (/^\/detect\//.test(url.pathname) || /^\/pair\//.test(url.pathname)) return refused("other_feature");
  return { kind: "unknown" };
}

/** Text of several lines: an address on one of them, a labelled tag on another. */
function readLines(text: string): Code {
  const words = text.split(/[\s,;]+/);
  const to = words.find((word) => readAddress(word) !== null);
  if (to === undefined) return { kind: "unknown" };
  const tag = /(?:tag|dt|memo)\W{0,3}(\d{1,10})\b/i.exec(text.replace(to, " "))?.[1];
  return payment({ to, ...(tag === undefined ? {} : { tag }) });
}

function xapp(identifier: string, params: Record<string, string>, text: string): Code {
  if (!XAPP_ID.test(identifier)) return { kind: "unknown" };
  return { kind: "xapp", identifier: identifier.toLowerCase(), params, text };
}

function pairing(at: string, invitation: string | undefined, origins: readonly string[]): Code {
  const server = parsed(at);
  if (server === null || !/^https?:$/.test(server.protocol) || !invitation) return { kind: "unknown" };
  if (!origins.some((origin) => sameServer(origin, server))) return { kind: "refused", reason: "foreign_server", host: server.host };
  return { kind: "pairing", server: server.origin, invitation };
}

function payment(params: Record<string, string>): Code {
  const read = readPayment(params);
  return read === null ? refused("payment_invalid") : { kind: "payment", payment: read };
}

const refused = (reason: CodeRefusal): Code => ({ kind: "refused", reason });

function looksSecret(text: string): boolean {
  if (PRIVATE_KEY.test(text) || (SEED.test(text) && readAddress(text) === null)) return true;
  const words = text.split(/\s+/);
  if (words.length >= 12 && words.length <= 25 && words.every((word) => /^[a-z]{3,8}$/.test(word))) return true;
  return /^(?:[A-H]?\W?\d{6}\W+){7}[A-H]?\W?\d{6}$/.test(text);
}

function sameServer(origin: string, url: URL): boolean {
  const ours = parsed(origin);
  if (ours === null) return false;
  const name = (host: string): string => (LOOPBACK.has(host) ? "localhost" : host);
  return ours.protocol === url.protocol && ours.port === url.port && name(ours.hostname) === name(url.hostname);
}

function isJson(hex: string): boolean {
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  try {
    return typeof JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) === "object";
  } catch {
    return false;
  }
}

/** Query names in lower case; of several values of one name the first counts. */
function queryOf(search: string): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(search)) params[name] ??= value;
  return params;
}

const withoutTag = (text: string): string => text.split(/[:-]/)[0]!;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parsed(text: string): URL | null {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(text) || /\s/.test(text)) return null;
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
