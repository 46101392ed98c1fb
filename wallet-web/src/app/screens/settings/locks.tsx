// The locks of the wallet, and when it locks itself.

import { useState } from "preact/hooks";
import { Vault, type Lock, type LockInfo } from "../../../vault";
import { t, tn } from "../../i18n";
import { useAction } from "../../state/action";
import { useLoaded } from "../../state/loading";
import { useVault } from "../../state/vault";
import { Button } from "../../ui/controls";
import { Dialog } from "../../ui/dialog";
import { Problem } from "../../ui/problem";
import { timeText } from "../../ui/show";
import { Unlock } from "../../ui/unlock";
import { AskLock } from "./ask_lock";

const MINUTES = [1, 5, 15, 30, 60] as const;

type Change = { kind: "add"; lock: Lock["kind"] } | { kind: "change" } | { kind: "remove"; lock: LockInfo };

export function Locks() {
  const vault = useVault();
  const [change, setChange] = useState<Change | null>(null);
  const { value: canPasskey } = useLoaded(() => Vault.passkeysPossible(), []);
  const setMinutes = useAction(async (minutes: number) => vault.setAutoLock(minutes));
  const has = (kind: Lock["kind"]) => vault.locks.some((lock) => lock.kind === kind);
  return (
    <section class="section" aria-labelledby="locks-title">
      <h2 id="locks-title">{t("settings.locks")}</h2>
      <ul class="rows">
        {vault.locks.map((lock) => (
          <li key={lock.id} class="rows-item">
            <span class="words">
              <span class="strong">{t(`lock.${lock.kind}`)}</span>
              <small>{t("settings.lock_since", { time: timeText(new Date(lock.createdAt)) })}</small>
            </span>
            <span class="end">
              {lock.kind === "passphrase" && <button type="button" class="text-button" onClick={() => setChange({ kind: "change" })}>{t("settings.lock_change")}</button>}
              {vault.locks.length > 1 && <button type="button" class="text-button" onClick={() => setChange({ kind: "remove", lock })}>{t("settings.lock_remove")}</button>}
            </span>
          </li>
        ))}
      </ul>
      <div class="actions pair">
        {canPasskey === true && <Button icon="finger" onClick={() => setChange({ kind: "add", lock: "passkey" })}>{t("settings.add_passkey")}</Button>}
        {!has("passphrase") && <Button icon="key" onClick={() => setChange({ kind: "add", lock: "passphrase" })}>{t("settings.add_passphrase")}</Button>}
      </div>
      <div class="field">
        <label for="auto-lock">{t("settings.auto_lock")}</label>
        <select id="auto-lock" value={vault.autoLockMinutes} onChange={(event) => setMinutes.run(Number(event.currentTarget.value))}>
          {[...new Set([...MINUTES, vault.autoLockMinutes])].sort((one, other) => one - other).map((minutes) => <option key={minutes} value={minutes}>{tn("settings.minutes", minutes)}</option>)}
        </select>
      </div>
      <Problem of={setMinutes.problem} />
      <Button icon="lock" onClick={() => vault.lock()}>{t("lock.now")}</Button>
      {change !== null && <ChangeLock change={change} onClose={() => setChange(null)} />}
    </section>
  );
}

function ChangeLock({ change, onClose }: { change: Change; onClose: () => void }) {
  const vault = useVault();
  const [present, setPresent] = useState<Lock | null>(null);
  if (change.kind === "remove") {
    return (
      <Dialog title={t("settings.lock_remove_title")} onClose={onClose}>
        <p>{t("settings.lock_remove_lead")}</p>
        <Unlock kind="danger" label={t("settings.lock_remove")} onLock={async (lock) => (await vault.removeLock(lock, change.lock.id), onClose())} />
      </Dialog>
    );
  }
  const title = change.kind === "change" ? t("settings.change_title") : t(`settings.add_${change.lock}`);
  const next = async (lock: Lock) => {
    if (present === null) return;
    if (change.kind === "change") await vault.changeLock(present, lock);
    else await vault.addLock(present, lock);
    onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      {present === null ? (
        <>
          <p>{t("settings.present_lock")}</p>
          <Unlock label={t("next")} onLock={async (lock) => {
              // A passkey is asked for when it is used; asking now as well would be asking twice.
              if (lock.kind === "passphrase") await vault.unlock(lock);
              setPresent(lock);
            }} />
        </>
      ) : (
        <AskLock kind={change.kind === "change" ? "passphrase" : change.lock} onLock={next} />
      )}
    </Dialog>
  );
}
