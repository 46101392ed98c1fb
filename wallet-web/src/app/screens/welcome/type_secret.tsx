// A secret that somebody has already: family seed, words, or secret numbers.

import { useState } from "preact/hooks";
import { deriveKeys, parseSecret, type Algorithm, type Secret } from "../../../ledger";
import { t } from "../../i18n";
import { useAction } from "../../state/action";
import { Area, Button, Check } from "../../ui/controls";
import { Problem } from "../../ui/problem";
import { ScreenHead } from "../../ui/screen";
import { Notice } from "../../ui/words";
import { useFocusOnHeading } from "./make_secret";

interface Props {
  onDone: (secret: Secret) => void;
  onBack: () => void;
}

export function TypeSecret({ onDone, onBack }: Props) {
  const [text, setText] = useState("");
  const [isEd25519, setEd25519] = useState(false);
  const [read, setRead] = useState<{ secret: Secret; address: string } | null>(null);
  useFocusOnHeading();
  const look = useAction(async () => {
    const algorithm: Algorithm | undefined = isEd25519 ? "ed25519" : undefined;
    const secret = await parseSecret(text, algorithm);
    const keys = await deriveKeys(secret);
    keys.wipe();
    setText("");
    setRead({ secret, address: keys.address });
  });
  if (read !== null) {
    return (
      <div class="screen">
        <ScreenHead title={t("import.found")} back={() => setRead(null)} />
        <p>{t("import.found_lead")}</p>
        <p class="card mono strong address">{read.address}</p>
        <p class="small quiet">{read.secret.algorithm === "ed25519" ? t("import.is_ed25519") : t("import.is_secp256k1")}</p>
        <Button kind="primary" onClick={() => onDone(read.secret)}>{t("import.right")}</Button>
        <Button onClick={() => setRead(null)}>{t("import.not_right")}</Button>
      </div>
    );
  }
  // Only of the old form nobody can tell which keys are meant.
  const isOldSeed = /^\s*s(?!Ed)[1-9A-HJ-NP-Za-km-z]{20,}\s*$/.test(text) || /^\s*(\d{6}\D*){8}\s*$/.test(text);
  return (
    <form class="screen" onSubmit={(event) => (event.preventDefault(), look.run())}>
      <ScreenHead title={t("import.title")} back={onBack} />
      <p class="quiet">{t("import.lead")}</p>
      <Area label={t("import.secret")} hint={t("import.hint")} value={text} onValue={setText} isSecret />
      {isOldSeed && <Check checked={isEd25519} onValue={setEd25519}>{t("import.as_ed25519")}</Check>}
      <Problem of={look.problem} />
      <Notice icon="shield">{t("import.stays")}</Notice>
      <Button kind="primary" type="submit" busy={look.isBusy}>{t("next")}</Button>
    </form>
  );
}
