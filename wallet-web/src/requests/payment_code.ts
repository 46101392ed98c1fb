// A request for a payment, as links and codes write it. (wallet-api 4.2, 4.4)

import { isAddress, readAddress } from "../ledger";

/** Whom to pay what. Amounts are decimal text in whole units, never drops; null is what the code leaves open. */
export interface PaymentCode {
  /** Classic address. */
  to: string;
  tag: number | null;
  amount: string | null;
  /** Three letters or 40 hex digits; null for the network's own asset. */
  currency: string | null;
  issuer: string | null;
  /** 64 hex digits. */
  invoiceId: string | null;
  /** Rail key, upper case; null where the code names none. One the wallet does not know is for refusing. */
  network: string | null;
}

const NAMES = {
  tag: ["tag", "dt", "dtag", "destinationtag"],
  amount: ["amount"],
  currency: ["currency", "iou"],
  issuer: ["issuer"],
  invoice: ["invoice", "invoiceid", "invid", "inv"],
  network: ["network"],
} as const;

const AMOUNT = /^(?:0|[1-9]\d{0,17})(?:\.\d{1,15})?$/;
const CURRENCY = /^(?:[A-Za-z0-9?!@#$%^&*<>(){}[\]|]{3}|[0-9A-F]{40})$/i;
const MOST_TAG = 2 ** 32 - 1;

/** Read the parameters of a link; null where one of them cannot be meant: a wallet must not guess whom to pay. */
export function readPayment(params: Record<string, string>): PaymentCode | null {
  const given = Object.fromEntries(Object.entries(params).map(([name, value]) => [name.toLowerCase(), value.trim()]));
  const find = (names: readonly string[]): string | null => names.map((name) => given[name]).find((value) => value) ?? null;

  const [place = "", tagBehind] = (given["to"] ?? "").split(/[:-]/);
  const to = readAddress(place);
  const tagText = find(NAMES.tag) ?? tagBehind ?? null;
  if (to === null || (tagText !== null && !isTag(tagText))) return null;
  const tag = tagText === null ? to.tag : Number(tagText);
  if (to.tag !== null && tag !== to.tag) return null;

  const currency = find(NAMES.currency);
  const token = readToken(currency, find(NAMES.issuer));
  const amount = find(NAMES.amount);
  const invoiceId = find(NAMES.invoice);
  if (token === null || (amount !== null && !AMOUNT.test(amount))) return null;
  if (invoiceId !== null && !/^[0-9A-F]{64}$/i.test(invoiceId)) return null;
  const named = find(NAMES.network)?.toUpperCase() ?? null;
  // The one asset must not be paid in the other's place.
  const isXah = token?.issuer === null && currency?.toUpperCase() === "XAH";
  if (isXah && named !== null && !named.startsWith("XAHAU")) return null;
  const network = isXah ? (named ?? "XAHAU") : named;
  return { to: to.address, tag, amount, ...token, invoiceId: invoiceId?.toUpperCase() ?? null, network };
}

/** `USD` with an issuer, `issuer:USD` or `USD:issuer`; XRP alone is the network's own asset. */
function readToken(currency: string | null, issuer: string | null): { currency: string | null; issuer: string | null } | null {
  if (currency === null) return issuer === null ? { currency: null, issuer: null } : null;
  const parts = currency.split(":");
  if (parts.length === 2) {
    const [first = "", second = ""] = parts;
    return isAddress(first) ? readToken(second, first) : readToken(first, second);
  }
  if (issuer === null) return currency.toUpperCase() === "XRP" || currency.toUpperCase() === "XAH" ? { currency: null, issuer: null } : null;
  return CURRENCY.test(currency) && isAddress(issuer) ? { currency, issuer } : null;
}

const isTag = (text: string): boolean => /^\d{1,10}$/.test(text) && Number(text) <= MOST_TAG;
