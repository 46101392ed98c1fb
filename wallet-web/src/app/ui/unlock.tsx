// Asking for the lock: with a passkey at one press, with a passphrase typed in.

import { useEffect, useState } from "preact/hooks";
import { VaultRefused, type Lock } from "../../vault";
import { t, tn } from "../i18n";
import { useAction } from "../state/action";
import { useVault } from "../state/vault";
import { Button } from "./controls";
import { Passphrase } from "./passphrase";
import { Problem } from "./problem";

interface Props {
  /** Does what the lock is asked for; throws what the vault throws. */
  onLock: (lock: Lock) => Promise<void>;
  /** What is on the button that uses the passphrase. */
  label: string;
  kind?: "primary" | "danger";
}

export function Unlock({ onLock, label, kind = "primary" }: Props) {
  const vault = useVault();
  const [text, setText] = useState("");
  const has = (wanted: Lock["kind"]) => vault.locks.some((lock) => lock.kind === wanted);
  const use = useAction(async (lock: Lock) => {
    await onLock(lock);
    setText("");
  });
  const waitS = useSecondsUntil(use.problem instanceof VaultRefused ? use.problem.waitUntil : null);
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (text !== "" && waitS === 0) use.run({ kind: "passphrase", text });
      }}
    >
      {has("passkey") && (
        <Button kind={kind} icon="finger" busy={use.isBusy && text === ""} onClick={() => use.run({ kind: "passkey" })}>
          {has("passphrase") ? t("unlock.passkey") : label}
        </Button>
      )}
      {has("passkey") && has("passphrase") && <p class="or">{t("unlock.or")}</p>}
      {has("passphrase") && (
        <>
          <Passphrase label={t("unlock.passphrase")} value={text} onValue={setText} />
          <Button kind={has("passkey") ? "plain" : kind} type="submit" busy={use.isBusy && text !== ""} disabled={waitS > 0}>
            {waitS > 0 ? tn("unlock.wait", waitS) : label}
          </Button>
        </>
      )}
      <Problem of={use.problem} />
    </form>
  );
}

/** Whole seconds until a moment (ms since 1970), counted down; 0 when it is over or there is none. */
function useSecondsUntil(moment: number | null): number {
  const left = () => (moment === null ? 0 : Math.max(0, Math.ceil((moment - Date.now()) / 1000)));
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    setSeconds(left());
    if (moment === null) return;
    const timer = setInterval(() => setSeconds(left()), 500);
    return () => clearInterval(timer);
  }, [moment]);
  return seconds;
}
