// A new lock beside or in place of another one.

import { useState } from "preact/hooks";
import type { Lock } from "../../../vault";
import { t } from "../../i18n";
import { useAction } from "../../state/action";
import { Button } from "../../ui/controls";
import { Passphrase } from "../../ui/passphrase";
import { Problem } from "../../ui/problem";

export function AskLock({ kind, onLock }: { kind: Lock["kind"]; onLock: (lock: Lock) => Promise<void> }) {
  const [text, setText] = useState("");
  const [again, setAgain] = useState("");
  const [differs, setDiffers] = useState(false);
  const make = useAction(async () => {
    const isTypo = kind === "passphrase" && text !== again;
    setDiffers(isTypo);
    if (!isTypo) await onLock(kind === "passphrase" ? { kind, text } : { kind });
  });
  return (
    <form class="stack" onSubmit={(event) => (event.preventDefault(), make.run())}>
      {kind === "passkey" && <p>{t("lock.passkey_hint")}</p>}
      {kind === "passphrase" && (
        <>
          <Passphrase label={t("lock.passphrase_new")} hint={t("lock.passphrase_rule")} value={text} onValue={setText} isNew />
          <Passphrase label={t("lock.passphrase_again")} value={again} onValue={setAgain} isNew wrong={differs ? t("lock.differs") : null} />
        </>
      )}
      <Problem of={make.problem} />
      <Button kind="primary" type="submit" busy={make.isBusy}>{kind === "passkey" ? t("lock.make_passkey") : t("lock.make_passphrase")}</Button>
    </form>
  );
}
