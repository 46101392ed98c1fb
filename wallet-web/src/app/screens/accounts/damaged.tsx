// An account whose record cannot be read: it is said, kept and put aside, and removed only by the holder.

import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { useVault } from "../../state/vault";
import { Button } from "../../ui/controls";
import { ScreenHead } from "../../ui/screen";
import { Notice } from "../../ui/words";
import { SaveRecords } from "../damaged";
import { RemoveAccount } from "./remove";

export function DamagedAccount({ address }: { address: string }) {
  const vault = useVault();
  const [isLeaving, setLeaving] = useState(false);
  return (
    <div class="screen">
      <ScreenHead title={t("accounts.damaged_title")} back="/accounts" />
      <p class="card mono address">{address}</p>
      <Notice tone="warn">{t("vault.account_damaged")}</Notice>
      <SaveRecords vault={vault} />
      <Button kind="danger" icon="trash" onClick={() => setLeaving(true)}>{t("account.remove")}</Button>
      {isLeaving && <RemoveAccount account={{ address, label: "" }} onClose={() => setLeaving(false)} />}
    </div>
  );
}
