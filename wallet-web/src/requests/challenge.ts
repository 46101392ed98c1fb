// What a sign-in is bound to: the memo that makes it different from every other. (design 4.6)

import type { Members } from "../server";
import { isLegible } from "./legible";

/** What the challenge of a sign-in says. */
export interface Challenge {
  /** UUID of the request. */
  payload: string;
  /** Host of the server that asks. */
  domain: string;
  /** UUID of the app. */
  app: string;
  /** Web origin that started the sign-in, where there is one. */
  origin: string | null;
  /** The number shown in the browser, to be compared. */
  number: string | null;
}

/** `sealgate-challenge` in hex. */
const CHALLENGE = "7365616C676174652D6368616C6C656E6765";

/** Whether an entry of `Memos` claims to be a challenge. */
export function isChallenge(entry: unknown): boolean {
  const type = memoOf(entry)["MemoType"];
  return typeof type === "string" && type.toUpperCase() === CHALLENGE;
}

/** The challenges in a request, decoded; one that cannot be read counts as one that fits nothing. */
export function challengesIn(request: Members): Challenge[] {
  const memos: unknown = request["Memos"];
  return (Array.isArray(memos) ? memos : []).filter(isChallenge).map((entry) => read(memoOf(entry)["MemoData"]));
}

/** A memo's text where its hex is UTF-8, else null. */
export function memoText(hex: unknown): string | null {
  if (typeof hex !== "string" || !/^(?:[0-9a-f]{2})*$/i.test(hex)) return null;
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    // What nobody sees is no word of anybody's.
    return isLegible(text) ? text : null;
  } catch {
    return null;
  }
}

/** The members of an entry of `Memos`. */
export function memoOf(entry: unknown): Members {
  const memo: unknown = typeof entry === "object" && entry !== null ? (entry as Members)["Memo"] : null;
  return typeof memo === "object" && memo !== null ? (memo as Members) : {};
}

function read(data: unknown): Challenge {
  let told: Members = {};
  try {
    const value: unknown = JSON.parse(memoText(data) ?? "");
    if (typeof value === "object" && value !== null) told = value as Members;
  } catch {
    // It stays empty, and so fits no request.
  }
  const text = (name: string): string | null => (typeof told[name] === "string" ? told[name] : null);
  return {
    payload: text("payload") ?? "",
    domain: text("domain") ?? "",
    app: text("app") ?? "",
    origin: text("origin"),
    number: text("number"),
  };
}
