// What signing does, in one line and one sentence for each type.

import type { Members } from "../../server";
import { TYPES, type TitleName, type TypeName } from "../messages";
import { flagsOf } from "./flags";

const SELL_TOKEN = 1;

/** The name under which a transaction's title and sentence stand; `other` for a type that has no words here. */
export function titleOf(type: string, transaction: Members): TitleName {
  if (type === "Payment" && transaction["Destination"] === transaction["Account"]) return "Payment.exchange";
  if (type === "TrustSet" && isNothing(transaction["LimitAmount"])) return "TrustSet.remove";
  if (type === "SetRegularKey" && transaction["RegularKey"] === undefined) return "SetRegularKey.remove";
  if (type === "SignerListSet" && transaction["SignerQuorum"] === 0) return "SignerListSet.remove";
  if (type === "NFTokenCreateOffer") return (flagsOf(transaction) & SELL_TOKEN) === 0 ? "NFTokenCreateOffer.buy" : "NFTokenCreateOffer.sell";
  return isExplained(type) ? (type as Exclude<TypeName, "NFTokenCreateOffer">) : "other";
}

/** Whether there are words for a type. */
export const isExplained = (type: string): type is TypeName => (TYPES as readonly string[]).includes(type);

const isNothing = (limit: unknown): boolean =>
  typeof limit === "object" && limit !== null && Number((limit as Members)["value"]) === 0;
