// What is signed, line by line against what was asked for.

import type { Members } from "../server";
import { legible } from "./legible";
import type { Prepared } from "./prepare";

/**
 * One field: `=` as asked, `+` added by the wallet, `~` changed by the wallet, `-` asked but not signed. Values are
 * compact JSON or bare text, for showing as text.
 */
export interface DiffLine {
  mark: "=" | "+" | "~" | "-";
  field: string;
  value: string;
  /** What was asked for, where it was changed. */
  asked?: string;
}

const UNSHOWN: ReadonlySet<string> = new Set(["SigningPubKey", "TxnSignature", "SignIn"]);

/** The lines, in the order of what is signed, then what is left out. */
export function diffOf({ request, transaction }: Pick<Prepared, "request" | "transaction">): DiffLine[] {
  const asked: Members = request.view.payload.request_json;
  const lines: DiffLine[] = [];
  for (const [field, value] of Object.entries(transaction)) {
    if (UNSHOWN.has(field)) continue;
    if (asked[field] === undefined || asked[field] === null) lines.push({ mark: "+", field, value: text(value) });
    else if (text(asked[field]) !== text(value)) lines.push({ mark: "~", field, value: text(value), asked: text(asked[field]) });
    else lines.push({ mark: "=", field, value: text(value) });
  }
  for (const [field, value] of Object.entries(asked)) {
    // Names that every object has are none of the transaction's own.
    if (!Object.hasOwn(transaction, field) && !UNSHOWN.has(field)) lines.push({ mark: "-", field: legible(field), value: text(value) });
  }
  return lines;
}

const text = (value: unknown): string => legible(typeof value === "string" ? value : JSON.stringify(value));
