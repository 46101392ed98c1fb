// On which network, and with which account.

import { isAddress } from "../ledger";
import type { Network } from "../nodes";
import type { OpenRequest } from "./open";
import { RequestRefused } from "./refusals";

const DEFAULT = "MAINNET";
/** Types that only networks with definitions of their own know. */
const TYPES_OF_OTHERS: ReadonlySet<string> = new Set([
  "ClaimReward", "Cron", "CronSet", "GenesisMint", "Import", "Invoke", "Remit", "SetHook", "SetRemarks",
  "URITokenBurn", "URITokenBuy", "URITokenCancelSellOffer", "URITokenCreateSellOffer", "URITokenMint",
]);

/**
 * The network to sign on: the one the request forces, else the one chosen in the wallet, else one that knows the type,
 * and that is the main network for all that most know.
 *
 * @throws RequestRefused `network_unknown`
 */
export function chooseNetwork(request: OpenRequest, networks: readonly Network[], chosen?: string): Network {
  const forced = request.view.meta.force_network;
  const find = (key: string): Network | undefined => networks.find((one) => one.key === key.trim().toUpperCase());
  if (forced !== null) {
    const network = find(forced);
    if (network === undefined) throw new RequestRefused("network_unknown", { network: forced.slice(0, 40) });
    return network;
  }
  const isOfOthers = TYPES_OF_OTHERS.has(request.view.payload.tx_type);
  const usual = (chosen === undefined ? undefined : find(chosen)) ?? find(DEFAULT) ?? networks[0];
  const home = isOfOthers && !usual?.hasOwnDefinitions ? networks.find((one) => one.hasOwnDefinitions) : undefined;
  const network = home ?? usual;
  if (network === undefined) throw new RequestRefused("network_unknown", { network: chosen ?? DEFAULT });
  return network;
}

/**
 * Which of the wallet's accounts may sign, the one to preselect first: the one the request names, else the preferred
 * one. Empty is a dead end: the request is for somebody else.
 */
export function signersFor(request: OpenRequest, accounts: readonly string[], preferred?: string): string[] {
  const { signers } = request.view.meta;
  const named = request.view.payload.request_json["Account"];
  const may = accounts.filter((account) => signers === null || signers.includes(account));
  // One signature of several is never the account's own.
  const able = request.view.meta.multisign ? may.filter((account) => account !== named) : may;
  const rank = (account: string): number => (account === named ? 0 : account === preferred ? 1 : 2);
  return able.toSorted((one, other) => rank(one) - rank(other));
}

/** Who signs, by which of the wallet's keys: its own, or one that the ledger may know as the account's regular key. */
export interface Signatory {
  account: string;
  key: string;
}

/**
 * Who may sign with this wallet: its own accounts first, as `signersFor` has them, then those that the request names
 * and that are not in the wallet, each with every key of it. Whether a key is a regular one, the ledger knows.
 */
export function signatoriesFor(request: OpenRequest, accounts: readonly string[], preferred?: string): Signatory[] {
  const { meta, payload } = request.view;
  const named = payload.request_json["Account"];
  const own = signersFor(request, accounts, preferred).map((account) => ({ account, key: account }));
  // A claim is signed by the channel's key, whatever the account's are.
  if (payload.tx_type === "PaymentChannelAuthorize") return own;
  const asked = meta.signers ?? (meta.multisign ? [] : [named]);
  const others = asked.filter((one): one is string => typeof one === "string" && isAddress(one) && !accounts.includes(one));
  const able = meta.multisign ? others.filter((one) => one !== named) : others;
  return [...own, ...able.flatMap((account) => accounts.map((key) => ({ account, key })))];
}
