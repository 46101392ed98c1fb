// Taking an account out of this browser; on the ledger it stays what it is.

import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { navigate } from "../../router";
import { unproveAccount } from "../../state/proofs";
import { pairedServer } from "../../state/server";
import { useVault } from "../../state/vault";
import { Check } from "../../ui/controls";
import { Dialog } from "../../ui/dialog";
import { shortAddress } from "../../ui/show";
import { Unlock } from "../../ui/unlock";
import { Notice } from "../../ui/words";

export function RemoveAccount({ account, onClose }: { account: { address: string; label: string }; onClose: () => void }) {
  const vault = useVault();
  const [isSure, setSure] = useState(false);
  return (
    <Dialog title={t("remove.title", { name: account.label || shortAddress(account.address) })} onClose={onClose}>
      <p>{t("remove.lead")}</p>
      <Notice tone="bad">{t("remove.warning")}</Notice>
      <Check checked={isSure} onValue={setSure}>{t("remove.sure")}</Check>
      {isSure && (
        <Unlock
          kind="danger"
          label={t("remove.do")}
          onLock={async (lock) => {
            await vault.remove(account.address, lock);
            const server = pairedServer.value;
            // The account is gone from here; that the server forgets it, too, is a courtesy.
            if (server !== null) void unproveAccount(server, account.address).catch(() => undefined);
            navigate("/accounts", "replace");
          }}
        />
      )}
    </Dialog>
  );
}
