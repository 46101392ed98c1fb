// The account one looks at, with its balance on the network one looks at.

import { useEffect, useRef, useState } from "preact/hooks";
import type { AccountState } from "../../../nodes";
import { t } from "../../i18n";
import { Link } from "../../router";
import { useAction } from "../../state/action";
import { useLoaded } from "../../state/loading";
import { activeNetwork, askFaucet, chosenNetwork, isSandbox, knownNetworks, networks, nodeOf } from "../../state/networks";
import { useObserved } from "../../state/observe";
import { isOnline } from "../../state/offline";
import { isSeen } from "../../state/seen";
import { pairedServer } from "../../state/server";
import { activeAccount, chosenAccount, useVault } from "../../state/vault";
import { Button } from "../../ui/controls";
import { Icon } from "../../ui/icon";
import { Problem } from "../../ui/problem";
import { Avatar, CopyButton, dropsText, NetworkName, shortAddress } from "../../ui/show";

export function AccountCard() {
  const vault = useVault();
  useObserved(chosenAccount);
  useObserved(chosenNetwork);
  useObserved(networks);
  const server = useObserved(pairedServer);
  const network = activeNetwork();
  const account = activeAccount(vault);
  const address = account?.address ?? "";
  const [paid, setPaid] = useState(0);
  const loaded = useLoaded(async (): Promise<AccountState | null> => {
    const known = activeNetwork(server === null ? networks.value : await knownNetworks());
    if (known === null || known.endpoints.length === 0) throw new Error("no node");
    return nodeOf(known).account(address);
  }, [address, network?.key, server, paid]);
  const isLive = [useObserved(isSeen), useObserved(isOnline)].every(Boolean);
  const wasAway = useRef(false);
  useEffect(() => {
    if (!isLive) wasAway.current = true;
    if (!isLive || network === null || network.endpoints.length === 0 || address === "") return;
    if (wasAway.current) void loaded.again();
    wasAway.current = false;
    return nodeOf(network).watch(address, () => void loaded.again());
  }, [isLive, network, address, loaded.again]);
  const fund = useAction(async () => {
    await askFaucet(address);
    setPaid(paid + 1);
  });
  if (account === null) return null;
  const isKnown = loaded.problem === null && (loaded.value !== null || network !== null);
  return (
    <section class="card account-card" aria-label={t("home.account")}>
      <div class="account-card-head">
        <Avatar name={account.label || address.slice(1)} of={address} />
        <div class="words">
          <Link to={`/accounts/${address}`} class="account-name">
            <span class="strong">{account.label || t("account.unnamed")}</span>
            <Icon name="next" />
          </Link>
          <span class="mono small quiet" title={address}>{shortAddress(address)}</span>
        </div>
        <CopyButton small text={address} label={t("account.copy")} />
      </div>
      <div class="balance" aria-live="polite">
        {loaded.value !== null && network !== null && loaded.problem === null ? (
          <p class="balance-number num">{dropsText(loaded.value.balance)} <span>{network.nativeAsset}</span></p>
        ) : (
          <p class="balance-number quiet num">{isKnown && network !== null ? <>0 <span>{network.nativeAsset}</span></> : "–"}</p>
        )}
        {network !== null && (
          <Link to="/settings#network" class="network-link"><NetworkName network={network} /></Link>
        )}
      </div>
      {loaded.problem !== null && <p class="small quiet">{t("home.no_balance")}</p>}
      {isKnown && loaded.value === null && loaded.problem === null && network !== null && (
        <p class="small quiet">{t("home.not_on_ledger", { network: network.name })}</p>
      )}
      {network !== null && isSandbox(network) && loaded.problem === null && (
        <Button icon="plus" busy={fund.isBusy} onClick={fund.run}>{t("home.faucet", { asset: network.nativeAsset })}</Button>
      )}
      <Problem of={fund.problem} />
    </section>
  );
}
