// The two ends of a request, wherever it is shown: opened and checked, settled and kept in mind.

import { openRequest, type OpenRequest, type Result } from "../../../requests";
import type { Origin } from "../../../server";
import { t } from "../../i18n";
import { rememberDeed } from "../../state/activity";
import { knownNetworks } from "../../state/networks";
import { proveAccounts } from "../../state/proofs";
import { connectServer, readInbox } from "../../state/server";

/** Open a request in this browser. @throws RequestRefused, ServerRefused */
export async function openHere(uuid: string, origin: Origin): Promise<OpenRequest> {
  const server = await connectServer();
  const [request] = await Promise.all([openRequest(server, uuid, origin), knownNetworks()]);
  // An account that the server does not know yet would be refused at the end.
  await proveAccounts(server).catch(() => undefined);
  return request;
}

/** It was signed or declined, or one's own payment was made: keep that, and look at what still waits. */
export function settled(request: OpenRequest, result: Result): void {
  const { application, payload } = request.view;
  rememberDeed({
    uuid: request.uuid,
    at: new Date().toISOString(),
    outcome: result.signed ? "signed" : "declined",
    app: { uuid: application.uuidv4, name: request.own === null ? application.name : t("pay.deed"), icon: application.icon_url },
    type: payload.tx_type,
    account: result.account,
    network: result.network,
    txid: result.txid,
  });
  void readInbox().catch(() => undefined);
}
