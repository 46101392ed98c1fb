// The first minute: a secret is made or typed in, a lock is chosen, and the wallet is there.

import { useState } from "preact/hooks";
import { brand } from "../../brand";
import { chooseLanguage, currentLanguage, LANGUAGES, t, type Language } from "../../i18n";
import { currentPlace, navigate } from "../../router";
import { connectServer } from "../../state/server";
import { proveAccounts } from "../../state/proofs";
import { chooseAccount, noteLock, useVault } from "../../state/vault";
import type { Secret } from "../../../ledger";
import { Button } from "../../ui/controls";
import { ScreenHead } from "../../ui/screen";
import { Icon } from "../../ui/icon";
import { Invited } from "./invited";
import { invitationAtHand } from "./invitation";
import { MakeSecret, useFocusOnHeading } from "./make_secret";
import { NewLock } from "./new_lock";
import { TypeSecret } from "./type_secret";

type Step = { at: "start" } | { at: "make" } | { at: "type" } | { at: "lock"; secret: Secret };

export default function Welcome() {
  const vault = useVault();
  const [step, setStep] = useState<Step>({ at: "start" });
  useFocusOnHeading(step.at, false);
  const lockOrAdd = (secret: Secret) => {
    if (vault.state === "open") void finish(secret);
    else setStep({ at: "lock", secret });
  };

  const finish = async (secret: Secret) => {
    // Before there is an account: the shell connects whoever has one, and knows of no invitation.
    const connected = connectServer(invitationAtHand() ?? undefined);
    connected.catch(() => undefined);
    const account = await vault.add(secret, "", { backedUp: true });
    chooseAccount(account.address);
    // Without a network the wallet is there all the same, and pairs later.
    void connected.then(proveAccounts).catch(() => undefined);
    const { path } = currentPlace();
    if (path === "/welcome") navigate("/", "replace");
  };

  if (vault.accounts.length > 0) return <Invited />;
  switch (step.at) {
    case "start":
      return <Start onMake={() => setStep({ at: "make" })} onType={() => setStep({ at: "type" })} />;
    case "make":
      return <MakeSecret onDone={lockOrAdd} onBack={() => setStep({ at: "start" })} />;
    case "type":
      return <TypeSecret onDone={lockOrAdd} onBack={() => setStep({ at: "start" })} />;
    case "lock":
      return (
        <NewLock
          onLock={async (lock) => {
            await vault.create(lock);
            noteLock(lock);
            await finish(step.secret);
          }}
        />
      );
  }
}

function Start({ onMake, onType }: { onMake: () => void; onType: () => void }) {
  const isForRequest = currentPlace().path.startsWith("/sign/");
  return (
    <div class="screen welcome">
      <img class="welcome-logo" src="/wallet/icons/logo.svg" alt="" width="72" height="72" />
      <ScreenHead title={t("welcome.title", { name: brand.name })} />
      <p class="quiet">{isForRequest ? t("welcome.for_request") : t("welcome.lead")}</p>
      <ul class="promises">
        <li><Icon name="key" />{t("welcome.promise_keys")}</li>
        <li><Icon name="shield" />{t("welcome.promise_show")}</li>
        <li><Icon name="people" />{t("welcome.promise_nobody")}</li>
      </ul>
      <div class="actions">
        <Button kind="primary" onClick={onMake}>{t("welcome.make")}</Button>
        <Button onClick={onType}>{t("welcome.import")}</Button>
      </div>
      <Languages />
    </div>
  );
}

function Languages() {
  const [, draw] = useState({});
  return (
    <p class="languages" role="group" aria-label={t("settings.language")}>
      {Object.entries(LANGUAGES).map(([code, name]) => (
        <button
          key={code}
          type="button"
          class="text-button"
          lang={code}
          aria-pressed={code === currentLanguage()}
          onClick={() => void chooseLanguage(code as Language).then(() => (draw({}), navigate(currentPlace().path, "replace")))}
        >
          {name}
        </button>
      ))}
    </p>
  );
}
