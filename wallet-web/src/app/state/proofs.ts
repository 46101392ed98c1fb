// Which accounts the server knows to be the user's: each is proved once, by a signature that moves nothing.

import type { WalletServer } from "../../server";
import { Observed } from "./observe";
import { openVault } from "./vault";

/** Addresses that the server has a proof of; null while nobody has asked. */
export const proved = new Observed<readonly string[] | null>(null);

/** Accounts that the holder took away from the server: they are not proved again unless asked. */
const KEPT_BACK = "sealgate.kept-back";

let proving: Promise<void> | null = null;

/** Read what is proved, and prove what is not; once at a time. Needs the open vault; does what it can without. */
export function proveAccounts(server: WalletServer): Promise<void> {
  proving ??= proveAll(server).finally(() => {
    proving = null;
  });
  return proving;
}

async function proveAll(server: WalletServer): Promise<void> {
  await readProofs(server);
  const vault = openVault.value;
  if (vault?.state !== "open") return;
  for (const { address } of vault.accounts) {
    if (!proved.value?.includes(address) && !keptBack().includes(address)) await proveAccount(server, address);
  }
}

/** Prove one account. @throws ServerRefused, Offline, VaultRefused */
export async function proveAccount(server: WalletServer, address: string): Promise<void> {
  const vault = openVault.value;
  if (vault === null) return;
  keepBack(address, false);
  await server.proveAccount(address, async (proof) => (await vault.sign(address, proof, { as: "proof" })).signedBlob);
  await readProofs(server);
}

/** Have the server forget that an account is the user's. */
export async function unproveAccount(server: WalletServer, address: string): Promise<void> {
  keepBack(address, true);
  await server.removeAccount(address);
  await readProofs(server);
}

async function readProofs(server: WalletServer): Promise<void> {
  proved.set((await server.accounts()).map((one) => one.account));
}

function keptBack(): string[] {
  return (localStorage.getItem(KEPT_BACK) ?? "").split(" ").filter(Boolean);
}

function keepBack(address: string, kept: boolean): void {
  const others = keptBack().filter((one) => one !== address);
  localStorage.setItem(KEPT_BACK, (kept ? [...others, address] : others).join(" "));
}
