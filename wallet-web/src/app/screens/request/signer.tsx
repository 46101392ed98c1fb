// Which of one's accounts signs.

import { useId } from "preact/hooks";
import type { VaultAccount } from "../../../vault";
import { t } from "../../i18n";
import { Avatar, shortAddress } from "../../ui/show";

interface Props {
  accounts: readonly VaultAccount[];
  value: string;
  onValue: (address: string) => void;
}

export function Signer({ accounts, value, onValue }: Props) {
  const id = useId();
  const account = accounts.find((one) => one.address === value);
  if (account === undefined) return null;
  return (
    <div class="card signer">
      <Avatar name={account.label || account.address.slice(1)} of={account.address} />
      <div class="words">
        <label for={accounts.length > 1 ? id : undefined} class="small quiet">{t("sign.with")}</label>
        {accounts.length === 1 ? (
          <span><span class="strong">{account.label || t("account.unnamed")}</span> <span class="mono small quiet">{shortAddress(account.address)}</span></span>
        ) : (
          <select id={id} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
            {accounts.map((one) => <option key={one.address} value={one.address}>{`${one.label || t("account.unnamed")} · ${shortAddress(one.address)}`}</option>)}
          </select>
        )}
      </div>
    </div>
  );
}
