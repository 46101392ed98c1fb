// What is stored cannot be read, or cannot be stored at all. Nothing is deleted before somebody says so.

import { useState } from "preact/hooks";
import type { Vault } from "../../vault";
import { t } from "../i18n";
import { useAction } from "../state/action";
import { saveFile } from "../state/files";
import { forgetServer } from "../state/server";
import { openVault, vaultProblem } from "../state/vault";
import { Button, Check } from "../ui/controls";
import { Problem } from "../ui/problem";
import { ScreenHead } from "../ui/screen";
import { Mark, Notice } from "../ui/words";

export default function Damaged() {
  const vault = openVault.value;
  const why = vault?.damage ?? "no_storage";
  return (
    <div class="screen calm">
      <div class="section center">
        <Mark tone="warn" icon="warn" />
        <ScreenHead title={t("damaged.title")} />
      </div>
      <p>{t(`damaged.${why}`)}</p>
      {vault === null ? <Problem of={vaultProblem.value} /> : why !== "newer_version" && <StartOver />}
    </div>
  );
}

/** Put aside what is stored, as it is. */
export function SaveRecords({ vault }: { vault: Vault }) {
  const keep = useAction(async () => saveFile("wallet-records.json", "application/json", await vault.exportRecords()));
  return (
    <>
      <Button icon="download" busy={keep.isBusy} onClick={keep.run}>{t("damaged.save")}</Button>
      <p class="small quiet">{t("damaged.save_hint")}</p>
      <Problem of={keep.problem} />
    </>
  );
}

/** Put aside what is stored, then delete it: only by a mark and a press. */
export function StartOver() {
  const [isSure, setSure] = useState(false);
  const vault = openVault.value;
  const erase = useAction(async () => {
    await forgetServer();
    await vault?.erase();
    location.assign("/wallet/");
  });
  return (
    <>
      {vault !== null && <SaveRecords vault={vault} />}
      <Notice tone="bad">{t("damaged.start_over_hint")}</Notice>
      <Check checked={isSure} onValue={setSure}>{t("damaged.confirm")}</Check>
      <Problem of={erase.problem} />
      <Button kind="danger" icon="trash" disabled={!isSure} busy={erase.isBusy} onClick={erase.run}>{t("damaged.start_over")}</Button>
    </>
  );
}
