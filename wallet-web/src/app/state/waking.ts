// Notifications that were switched on stay on.

import { Waking } from "../../push";
import type { WalletServer } from "../../server";

let isDone = false;

/** Take up again what the browser or its push service have forgotten; once for each page that is loaded. */
export async function keepWaking(server: WalletServer): Promise<void> {
  if (isDone || Waking.possible !== "off" || Notification.permission !== "granted") return;
  isDone = true;
  await new Waking(server).renew();
}
