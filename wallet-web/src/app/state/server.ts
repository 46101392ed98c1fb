// The server this browser is paired with: paired when first needed, then followed.

import type { Waiting } from "../../server";
import { WalletServer } from "../../server";
import { Observed } from "./observe";

/** The paired server, null before. */
export const pairedServer = new Observed<WalletServer | null>(null);
/** Requests that wait for the user, newest first; null before the first answer. */
export const inbox = new Observed<readonly Waiting[] | null>(null);
/** Whether the stream of news runs. */
export const isFollowing = new Observed(false);
/** Whether the server has ended this device's pairing. */
export const isRevoked = new Observed(false);
/** Why the last try to connect failed; null where it went well, or was not made. */
export const connectionProblem = new Observed<unknown>(null);

let connecting: Promise<WalletServer> | null = null;

/**
 * Return the server, paired now where it was not.
 *
 * @param invitation Secret of one, to become one more device of somebody's.
 * @throws ServerRefused, Offline, ServerUnusable
 */
export function connectServer(invitation?: string): Promise<WalletServer> {
  connecting ??= WalletServer.connect(invitation === undefined ? {} : { invitation }).then(
    (server) => {
      pairedServer.set(server);
      isRevoked.set(false);
      connectionProblem.set(null);
      follow(server);
      return server;
    },
    (problem: unknown) => {
      connecting = null;
      connectionProblem.set(problem);
      throw problem;
    },
  );
  return connecting;
}

/** Ask for the waiting requests again. */
export async function readInbox(): Promise<void> {
  const server = pairedServer.value;
  if (server !== null) inbox.set(await server.pending());
}

/** Forget the pairing in this browser, for pairing anew. */
export async function forgetServer(): Promise<void> {
  stopFollowing?.();
  await WalletServer.forget();
  connecting = null;
  pairedServer.set(null);
  inbox.set(null);
}

let stopFollowing: (() => void) | null = null;

function follow(server: WalletServer): void {
  stopFollowing?.();
  stopFollowing = server.events((event) => {
    isFollowing.set(event.type !== "lost" && event.type !== "revoked");
    if (event.type === "revoked") isRevoked.set(true);
    if (event.type === "ready" || event.type === "resync" || event.type === "payload") void readInbox().catch(() => undefined);
  });
}
