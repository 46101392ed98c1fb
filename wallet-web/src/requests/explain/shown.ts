// Values as a person reads them: the shell gives them their form and their language.

import { readAddress } from "../../ledger";
import type { Network } from "../../nodes";
import { memoText } from "../challenge";
import { legible } from "../legible";
import type { MessageKey } from "../messages";

/** A text by its key, with the values that go into it: somebody else's words, shown as text only. */
export interface Message {
  key: MessageKey;
  values?: Record<string, string | number>;
}

/**
 * A value for showing. Amounts are decimal text in whole units; `issuer` is missing for the network's own asset.
 * `percent` is one in a hundred. `text` is somebody else's words.
 */
export type Shown =
  | { kind: "text"; text: string }
  | { kind: "message"; message: Message }
  | { kind: "amount"; value: string; asset: string; issuer?: string }
  | { kind: "asset"; asset: string; issuer?: string }
  | { kind: "address"; address: string; tag?: number }
  | { kind: "hash"; hash: string }
  | { kind: "time"; at: Date }
  | { kind: "number"; value: number }
  | { kind: "percent"; value: number }
  | { kind: "seconds"; value: number }
  | { kind: "list"; items: Shown[] };

/** Seconds between 1970 and 2000, where the ledger's time begins. */
const LEDGER_EPOCH_S = 946_684_800;
const DROPS_DIGITS = 6;

/** Text of drops in whole units; null for no drops. */
export function fromDrops(drops: unknown): string | null {
  const text = typeof drops === "number" ? String(drops) : drops;
  if (typeof text !== "string" || !/^\d{1,20}$/.test(text)) return null;
  const padded = text.padStart(DROPS_DIGITS + 1, "0");
  const [whole, fraction] = [padded.slice(0, -DROPS_DIGITS).replace(/^0+(?=\d)/, ""), padded.slice(-DROPS_DIGITS).replace(/0+$/, "")];
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

/** A currency code as people write it: the three letters, or the text in 40 hex digits where it is one. */
export function currencyName(code: string): string {
  if (!/^[0-9A-F]{40}$/i.test(code)) return code;
  const text = memoText(code.replace(/(?:00)+$/, ""));
  // A token that calls itself what the network's own asset is called does not get that name here.
  return text !== null && /^[\x21-\x7e]{1,20}$/.test(text) && !/^(?:XRP|XAH)$/i.test(text) ? text : `${code.slice(0, 8)}…`;
}

/** An amount of any of the ledger's forms; other things as text. */
export function amountShown(value: unknown, network: Network): Shown {
  const drops = fromDrops(value);
  if (drops !== null) return { kind: "amount", value: drops, asset: network.nativeAsset };
  const token = members(value);
  if (token !== null && typeof token["value"] === "string") {
    if (typeof token["mpt_issuance_id"] === "string") return { kind: "amount", value: token["value"], asset: "MPT", issuer: token["mpt_issuance_id"] };
    const asset = assetShown(token, network);
    if (asset.kind === "asset") return { ...asset, kind: "amount", value: token["value"] };
  }
  return plain(value);
}

/** `{currency, issuer}` without an amount. */
export function assetShown(value: unknown, network: Network): Shown {
  const asset = members(value);
  if (asset === null || typeof asset["currency"] !== "string") return plain(value);
  if (typeof asset["issuer"] !== "string" || asset["issuer"] === "") return { kind: "asset", asset: network.nativeAsset };
  return { kind: "asset", asset: currencyName(asset["currency"]), issuer: asset["issuer"] };
}

/** An address with its tag: that of an X-address, or of the field beside it. */
export function addressShown(value: unknown, tag?: unknown): Shown {
  const read = typeof value === "string" ? readAddress(value) : null;
  if (read === null) return plain(value);
  const shown = read.tag ?? (typeof tag === "number" ? tag : null);
  return { kind: "address", address: read.address, ...(shown === null ? {} : { tag: shown }) };
}

/** Seconds of the ledger's time. */
export function timeShown(value: unknown): Shown {
  return typeof value === "number" ? { kind: "time", at: new Date((value + LEDGER_EPOCH_S) * 1000) } : plain(value);
}

/** Text in hex, where it is text. */
export function hexTextShown(value: unknown): Shown {
  const text = memoText(value);
  return text === null || text === "" ? hashShown(value) : { kind: "text", text };
}

export const hashShown = (value: unknown): Shown => (typeof value === "string" ? { kind: "hash", hash: value } : plain(value));

export function numberShown(value: unknown): Shown {
  const number = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === "number" ? { kind: "number", value: number } : plain(value);
}

/** As it stands, for what has another form than its field should. */
export const plain = (value: unknown): Shown => ({ kind: "text", text: legible(typeof value === "string" ? value : JSON.stringify(value) ?? "") });

/** As one line of bare text, for the values of a sentence. */
export function inText(shown: Shown): string {
  if (shown.kind === "amount") return `${shown.value} ${shown.asset}`;
  if (shown.kind === "address") return shown.address;
  return shown.kind === "text" ? shown.text : "";
}

export const members = (value: unknown): Record<string, unknown> | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
