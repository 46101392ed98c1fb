// All accounts of this wallet: one is looked at, more can be made or brought along.

import { t } from "../../i18n";
import { Link } from "../../router";
import { useObserved } from "../../state/observe";
import { activeAccount, chosenAccount, useVault } from "../../state/vault";
import { Icon } from "../../ui/icon";
import { ScreenHead } from "../../ui/screen";
import { Avatar, shortAddress } from "../../ui/show";

export default function Accounts() {
  const vault = useVault();
  useObserved(chosenAccount);
  const active = activeAccount(vault);
  return (
    <div class="screen">
      <ScreenHead title={t("accounts.title")} />
      <ul class="rows">
        {vault.accounts.map((account) => (
          <li key={account.address}>
            <Link to={`/accounts/${account.address}`} class="rows-item">
              <Avatar name={account.label || account.address.slice(1)} of={account.address} />
              <span class="words">
                <span class="strong clip">{account.label || t("account.unnamed")}</span>
                <small class="mono clip">{shortAddress(account.address)}</small>
              </span>
              <span class="end">
                {account.address === active?.address && <span class="badge good">{t("accounts.active")}</span>}
                {!account.backedUp && <span class="badge warn">{t("accounts.not_backed_up")}</span>}
                <Icon name="next" />
              </span>
            </Link>
          </li>
        ))}
        {vault.damagedAccounts.map((address) => (
          <li key={address}>
            <Link to={`/accounts/${address}`} class="rows-item">
              <Icon name="warn" />
              <span class="words mono clip">{shortAddress(address)}</span>
              <span class="end"><span class="badge warn">{t("accounts.damaged")}</span><Icon name="next" /></span>
            </Link>
          </li>
        ))}
      </ul>
      <div class="actions pair">
        <Link to="/accounts/new" class="button primary block"><Icon name="plus" />{t("accounts.make")}</Link>
        <Link to="/accounts/import" class="button block"><Icon name="key" />{t("accounts.import")}</Link>
      </div>
      <p class="small quiet">{t("accounts.lead")}</p>
    </div>
  );
}
