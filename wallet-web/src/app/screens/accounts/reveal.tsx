// The secret of an account once more, after the lock: for writing down, not for copying.

import { useEffect, useState } from "preact/hooks";
import type { Secret } from "../../../ledger";
import { BackupCheck, type VaultAccount } from "../../../vault";
import { t } from "../../i18n";
import { useVault } from "../../state/vault";
import { Button } from "../../ui/controls";
import { Dialog } from "../../ui/dialog";
import { Unlock } from "../../ui/unlock";
import { Notice } from "../../ui/words";
import { SecretParts } from "../welcome/make_secret";

const SHOWN_FOR_MS = 120_000;

export function RevealSecret({ account, onClose }: { account: VaultAccount; onClose: () => void }) {
  const vault = useVault();
  const [secret, setSecret] = useState<Secret | null>(null);
  // It goes by itself, and at once when the window is left.
  useEffect(() => {
    if (secret === null) return;
    const hide = () => document.visibilityState === "hidden" && onClose();
    const timer = setTimeout(onClose, SHOWN_FOR_MS);
    document.addEventListener("visibilitychange", hide);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", hide);
    };
  }, [secret]);
  return (
    <Dialog title={t("reveal.title")} onClose={onClose}>
      <Notice tone="bad">{t("reveal.warning")}</Notice>
      {secret === null ? (
        <Unlock label={t("reveal.do")} onLock={async (lock) => setSecret(await vault.reveal(account.address, lock))} />
      ) : (
        <>
          <SecretParts parts={new BackupCheck(secret).parts} kind={secret.kind} />
          <p class="small quiet">{secret.kind === "words" ? t("reveal.words_hint") : t("reveal.seed_hint")}</p>
          <Button kind="primary" onClick={() => void vault.markBackedUp(account.address).then(onClose)}>{t("reveal.written")}</Button>
        </>
      )}
    </Dialog>
  );
}
