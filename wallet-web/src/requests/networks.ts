// On which network, and with which account.

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
