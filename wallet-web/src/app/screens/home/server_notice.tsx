// What stands between this wallet and its server: an invitation that is asked for, or a device that was removed.

import { useState } from "preact/hooks";
import { ServerRefused } from "../../../server";
import { t } from "../../i18n";
import { useAction } from "../../state/action";
import { useObserved } from "../../state/observe";
import { proveAccounts } from "../../state/proofs";
import { connectionProblem, connectServer, forgetServer, isRevoked, pairedServer } from "../../state/server";
import { Button, Field } from "../../ui/controls";
import { Problem } from "../../ui/problem";
import { Notice } from "../../ui/words";

/** An invitation is needed; the one given is none, or was used. */
const INVITATION = [820, 821];

export function ServerNotice() {
  const server = useObserved(pairedServer);
  const revoked = useObserved(isRevoked);
  const problem = useObserved(connectionProblem);
  const again = useAction(async () => {
    if (revoked) await forgetServer();
    await proveAccounts(await connectServer());
  });
  if (revoked) {
    return (
      <Notice tone="warn" icon="device">
        <p>{t("revoked")}</p>
        <Problem of={again.problem} />
        <Button busy={again.isBusy} onClick={again.run}>{t("pair.again")}</Button>
      </Notice>
    );
  }
  if (server !== null || problem === null) return null;
  if (problem instanceof ServerRefused && INVITATION.includes(problem.code ?? 0)) return <AskInvitation />;
  return (
    <Notice tone="warn" icon="offline">
      <p>{t("pair.not_yet")}</p>
      <Problem of={again.problem} />
      <Button busy={again.isBusy} onClick={again.run}>{t("retry")}</Button>
    </Notice>
  );
}

function AskInvitation() {
  const [text, setText] = useState("");
  const join = useAction(async () => {
    await proveAccounts(await connectServer(secretOf(text)));
  });
  return (
    <form class="card stack" onSubmit={(event) => (event.preventDefault(), join.run())}>
      <p class="strong">{t("pair.closed")}</p>
      <Field label={t("pair.invitation")} hint={t("pair.invitation_hint")} value={text} onValue={setText} autocomplete="off" autocapitalize="none" spellcheck={false} />
      <Problem of={join.problem} />
      <Button kind="primary" type="submit" busy={join.isBusy}>{t("pair.join")}</Button>
    </form>
  );
}

/** The secret itself, or out of a link that was pasted whole. */
function secretOf(text: string): string {
  return /invitation=([^&#\s]+)/.exec(text)?.[1] ?? text.trim();
}
