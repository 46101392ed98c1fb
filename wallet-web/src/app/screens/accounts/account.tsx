// One account: its name, what the server knows of it, its secret, its end.

import { useState } from "preact/hooks";
import type { VaultAccount } from "../../../vault";
import { t } from "../../i18n";
import type { ScreenProps } from "../../routes";
import { useAction } from "../../state/action";
import { useObserved } from "../../state/observe";
import { proveAccount, proved, unproveAccount } from "../../state/proofs";
import { connectServer } from "../../state/server";
import { activeAccount, chooseAccount, chosenAccount, useVault } from "../../state/vault";
import { Button, Field } from "../../ui/controls";
import { Icon } from "../../ui/icon";
import { Problem } from "../../ui/problem";
import { ScreenHead } from "../../ui/screen";
import { Avatar, CopyButton, timeText } from "../../ui/show";
import Missing from "../missing";
import { DamagedAccount } from "./damaged";
import { RemoveAccount } from "./remove";
import { RevealSecret } from "./reveal";

const LONGEST_NAME = 40;

export default function Account({ params }: ScreenProps) {
  const vault = useVault();
  useObserved(chosenAccount);
  const [open, setOpen] = useState<"reveal" | "remove" | null>(null);
  const account = vault.accounts.find((one) => one.address === params["address"]);
  if (account === undefined) {
    const damaged = vault.damagedAccounts.find((one) => one === params["address"]);
    return damaged === undefined ? <Missing /> : <DamagedAccount address={damaged} />;
  }
  const isActive = activeAccount(vault)?.address === account.address;
  return (
    <div class="screen">
      <ScreenHead title={account.label || t("account.unnamed")} back="/accounts" />
      <section class="card stack">
        <div class="account-card-head">
          <Avatar name={account.label || account.address.slice(1)} of={account.address} large />
          <p class="words mono small address">{account.address}</p>
          <CopyButton small text={account.address} label={t("account.copy")} />
        </div>
        {isActive ? (
          <p class="badge good">{t("account.is_active")}</p>
        ) : (
          <Button onClick={() => chooseAccount(account.address)}>{t("account.activate")}</Button>
        )}
      </section>
      <Name account={account} />
      <Proof account={account} />
      <section class="section">
        <h2>{t("account.backup")}</h2>
        <p class="quiet">{account.backedUp ? t("account.backup_done") : t("account.backup_missing")}</p>
        <Button icon="eye" onClick={() => setOpen("reveal")}>{t("account.reveal")}</Button>
      </section>
      <dl class="facts">
        <div><dt>{t("account.algorithm")}</dt><dd>{account.algorithm === "ed25519" ? "Ed25519" : "secp256k1"}</dd></div>
        <div><dt>{t("account.public_key")}</dt><dd class="mono small">{account.publicKey}</dd></div>
        <div><dt>{t("account.since")}</dt><dd>{timeText(new Date(account.createdAt))}</dd></div>
      </dl>
      <Button kind="danger" icon="trash" onClick={() => setOpen("remove")}>{t("account.remove")}</Button>
      {open === "reveal" && <RevealSecret account={account} onClose={() => setOpen(null)} />}
      {open === "remove" && <RemoveAccount account={account} onClose={() => setOpen(null)} />}
    </div>
  );
}

function Name({ account }: { account: VaultAccount }) {
  const vault = useVault();
  const [label, setLabel] = useState(account.label);
  const rename = useAction(async () => vault.rename(account.address, label.trim()));
  return (
    <form class="section" onSubmit={(event) => (event.preventDefault(), rename.run())}>
      <Field label={t("account.name")} hint={t("account.name_hint")} value={label} onValue={setLabel} maxLength={LONGEST_NAME} autocomplete="off" />
      <Problem of={rename.problem} />
      {label.trim() !== account.label && <Button type="submit" busy={rename.isBusy}>{t("save")}</Button>}
    </form>
  );
}

function Proof({ account }: { account: VaultAccount }) {
  const known = useObserved(proved);
  const isProved = known?.includes(account.address) ?? false;
  const change = useAction(async () => {
    const server = await connectServer();
    await (isProved ? unproveAccount : proveAccount)(server, account.address);
  });
  return (
    <section class="section">
      <h2>{t("proof.title")}</h2>
      <p class="quiet">
        {isProved && <span class="badge good"><Icon name="tick" />{t("proof.is")}</span>} {isProved ? t("proof.is_text") : t("proof.is_not_text")}
      </p>
      <Problem of={change.problem} />
      <Button busy={change.isBusy} onClick={change.run}>{isProved ? t("proof.take_back") : t("proof.do")}</Button>
    </section>
  );
}
