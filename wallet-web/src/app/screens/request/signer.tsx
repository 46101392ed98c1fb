// Who signs: one of one's accounts, or another's account by a key that is its regular one.

import { useId } from "preact/hooks";
import type { Signatory } from "../../../requests";
import type { VaultAccount } from "../../../vault";
import { t } from "../../i18n";
import { Avatar, shortAddress } from "../../ui/show";

interface Props {
  /** Those of the wallet, for their names. */
  accounts: readonly VaultAccount[];
  signatories: readonly Signatory[];
  value: Signatory;
  onValue: (one: Signatory) => void;
}

export function Signer({ accounts, signatories, value, onValue }: Props) {
  const id = useId();
  const nameOf = (address: string): string => accounts.find((one) => one.address === address)?.label || t("account.unnamed");
  const nameFor = ({ account, key }: Signatory): string =>
    key === account ? `${nameOf(account)} · ${shortAddress(account)}` : t("sign.for", { account: shortAddress(account), key: nameOf(key) });
  const idOf = ({ account, key }: Signatory): string => `${account} ${key}`;
  const chosen = (picked: string): void => {
    const found = signatories.find((one) => idOf(one) === picked);
    if (found !== undefined) onValue(found);
  };
  const isOwn = value.key === value.account;
  return (
    <div class="card signer">
      <Avatar name={isOwn ? nameOf(value.account) : value.account.slice(1)} of={value.account} />
      <div class="words">
        <label for={signatories.length > 1 ? id : undefined} class="small quiet">{t("sign.with")}</label>
        {signatories.length > 1 ? (
          <select id={id} value={idOf(value)} onChange={(event) => chosen(event.currentTarget.value)}>
            {signatories.map((one) => <option key={idOf(one)} value={idOf(one)}>{nameFor(one)}</option>)}
          </select>
        ) : isOwn ? (
          <span><span class="strong">{nameOf(value.account)}</span> <span class="mono small quiet">{shortAddress(value.account)}</span></span>
        ) : (
          <span class="strong">{nameFor(value)}</span>
        )}
      </div>
    </div>
  );
}
