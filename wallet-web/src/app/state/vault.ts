// The one vault of this tab, as components follow it.

import { useEffect, useState } from "preact/hooks";
import type { SignMethod } from "../../server";
import { Vault, type Lock } from "../../vault";
import { Observed } from "./observe";

/** The vault, null while it is opened; `vaultProblem` says why it is not. */
export const openVault = new Observed<Vault | null>(null);
export const vaultProblem = new Observed<unknown>(null);

const ACTIVE = "sealgate.account";
/** Address of the account that is shown and preselected; may name one that is gone. */
export const chosenAccount = new Observed<string | null>(localStorage.getItem(ACTIVE));

/** Open the vault, and tell it when the holder is there. Called once. */
export async function startVault(): Promise<void> {
  try {
    const vault = await Vault.open();
    for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => vault.touch(), { passive: true });
    openVault.set(vault);
  } catch (problem) {
    vaultProblem.set(problem);
  }
}

/** The vault; the component is drawn anew whenever its state, accounts or locks change. Only below the shell's gate. */
export function useVault(): Vault {
  const [, draw] = useState({});
  const vault = openVault.value;
  if (vault === null) throw new Error("no vault yet");
  useEffect(() => vault.subscribe(() => draw({})), [vault]);
  return vault;
}

/** Show and preselect this account from now on. */
export function chooseAccount(address: string): void {
  localStorage.setItem(ACTIVE, address);
  chosenAccount.set(address);
}

/** The account to show: the chosen one, else the first; null without accounts. */
export function activeAccount(vault: Vault): Vault["accounts"][number] | null {
  return vault.accounts.find((one) => one.address === chosenAccount.value) ?? vault.accounts[0] ?? null;
}

let lastLock: Lock["kind"] | null = null;

/** Note how the vault was opened in this tab. */
export function noteLock(lock: Lock): void {
  lastLock = lock.kind;
}

/** How the vault was opened, as an answer tells it. A tab that was opened by another one only knows what locks there are. */
export function signMethod(vault: Vault): SignMethod {
  const kinds = new Set(vault.locks.map((one) => one.kind));
  const kind = lastLock ?? (kinds.size === 1 ? [...kinds][0] : undefined);
  if (kind === undefined) return "OTHER";
  return kind === "passkey" ? "BIOMETRIC" : "PASSPHRASE";
}
