// The wallet is locked: nothing of it is shown before it is opened.

import { useState } from "preact/hooks";
import { brand } from "../brand";
import { t } from "../i18n";
import { currentPlace } from "../router";
import { noteLock, useVault } from "../state/vault";
import { Mark } from "../ui/words";
import { ScreenHead } from "../ui/screen";
import { Unlock } from "../ui/unlock";
import { StartOver } from "./damaged";

export default function Locked() {
  const vault = useVault();
  const [isLost, setLost] = useState(false);
  const isForRequest = currentPlace().path.startsWith("/sign/");
  return (
    <div class="screen calm">
      <div class="section center">
        <Mark tone="calm" icon="lock" />
        <ScreenHead title={t("locked.title", { name: brand.name })} />
        <p class="quiet">{isForRequest ? t("locked.for_request") : t("locked.lead")}</p>
      </div>
      <Unlock onLock={async (lock) => (await vault.unlock(lock), noteLock(lock))} label={t("locked.unlock")} />
      {!isLost && <p class="center-text"><button type="button" class="text-button" onClick={() => setLost(true)}>{t("locked.lost")}</button></p>}
      {isLost && (
        <section class="card stack">
          <p>{t("locked.lost_text")}</p>
          <StartOver />
        </section>
      )}
    </div>
  );
}
