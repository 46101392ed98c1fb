// An invitation for a wallet that has accounts already: this browser becomes a device of whoever invited.

import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Link, navigate } from "../../router";
import { useAction } from "../../state/action";
import { proveAccounts } from "../../state/proofs";
import { connectServer, forgetServer, pairedServer } from "../../state/server";
import { Button } from "../../ui/controls";
import { Problem } from "../../ui/problem";
import { ScreenHead } from "../../ui/screen";
import { Notice } from "../../ui/words";
import { dropInvitation, invitationAtHand } from "./invitation";

export function Invited() {
  const [invitation] = useState(invitationAtHand);
  const join = useAction(async () => {
    await forgetServer();
    await proveAccounts(await connectServer(invitation ?? undefined));
    dropInvitation();
    navigate("/", "replace");
  });
  if (invitation === null) {
    return (
      <div class="screen">
        <ScreenHead title={t("welcome.there")} />
        <p>{t("welcome.there_text")}</p>
        <p><Link to="/" class="button primary block">{t("missing.home")}</Link></p>
      </div>
    );
  }
  return (
    <div class="screen">
      <ScreenHead title={t("invited.title")} />
      <p>{t("invited.text")}</p>
      {pairedServer.value !== null && <Notice tone="warn">{t("invited.replaces")}</Notice>}
      <Problem of={join.problem} />
      <div class="actions pair">
        <Link to="/" class="button">{t("cancel")}</Link>
        <Button kind="primary" busy={join.isBusy} onClick={join.run}>{t("invited.join")}</Button>
      </div>
    </div>
  );
}
