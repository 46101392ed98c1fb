// Declining, with a reason where one wants to give one.

import { useState } from "preact/hooks";
import { t } from "../../i18n";
import type { Action } from "../../state/action";
import { Button, Field } from "../../ui/controls";
import { Dialog } from "../../ui/dialog";
import { Problem } from "../../ui/problem";

const LONGEST_REASON = 200;

export function Decline({ action, onClose, app }: { action: Action<[string]>; onClose: () => void; app: string }) {
  const [reason, setReason] = useState("");
  return (
    <Dialog title={t("decline.title")} onClose={onClose}>
      <form class="stack" onSubmit={(event) => (event.preventDefault(), action.run(reason.trim()))}>
        <p>{t("decline.lead", { app })}</p>
        <Field label={t("decline.reason")} hint={t("decline.reason_hint", { app })} value={reason} onValue={setReason} maxLength={LONGEST_REASON} autocomplete="off" />
        <Problem of={action.problem} />
        <div class="actions pair">
          <Button onClick={onClose}>{t("decline.keep")}</Button>
          <Button kind="danger" type="submit" busy={action.isBusy}>{t("decline.do")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
