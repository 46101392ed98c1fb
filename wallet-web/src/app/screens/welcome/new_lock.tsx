// The lock of a wallet: a passkey where this browser has one that can open it, or a passphrase.

import { useEffect, useState } from "preact/hooks";
import { Vault, type Lock } from "../../../vault";
import { brand } from "../../brand";
import { t } from "../../i18n";
import { Choices } from "../../ui/controls";
import { ScreenHead } from "../../ui/screen";
import { AskLock } from "../settings/ask_lock";
import { useFocusOnHeading } from "./make_secret";

/** Ask for the first lock. `onLock` makes it; what it throws is shown here. */
export function NewLock({ onLock }: { onLock: (lock: Lock) => Promise<void> }) {
  const [kind, setKind] = useState<Lock["kind"] | null>(null);
  const [canPasskey, setCanPasskey] = useState(true);
  useFocusOnHeading();
  useEffect(() => {
    void Vault.passkeysPossible().then((possible) => {
      setCanPasskey(possible);
      setKind((chosen) => chosen ?? (possible ? "passkey" : "passphrase"));
    });
  }, []);
  return (
    <div class="screen">
      <ScreenHead title={t("lock.title")} />
      <p class="quiet">{t("lock.lead", { name: brand.name })}</p>
      <Choices
        legend={t("lock.kind")}
        quietLegend
        value={kind}
        onValue={setKind}
        choices={[
          { value: "passkey", label: t("lock.passkey"), hint: canPasskey ? t("lock.passkey_hint") : t("lock.passkey_none"), disabled: !canPasskey },
          { value: "passphrase", label: t("lock.passphrase"), hint: t("lock.passphrase_hint") },
        ]}
      />
      {kind !== null && <AskLock key={kind} kind={kind} onLock={onLock} />}
    </div>
  );
}
