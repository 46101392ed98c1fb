// News of one account: the node says when a validated transaction has touched it. (xrpl.org "subscribe")

import type { NodePool } from "./pool";

/** How long it waits after the first, second … loss in a row. */
const AGAIN_AFTER_MS = [1_000, 3_000, 10_000, 30_000] as const;

/**
 * Call the listener whenever the account may have changed. A lost connection is made again for as long as it takes.
 *
 * @returns how to stop it
 */
export function watchAccount(pool: NodePool, address: string, changed: () => void): () => void {
  let isOver = false;
  const stopHearing = pool.hear((told) => {
    if (told["type"] === "transaction" && told["validated"] === true) changed();
  });
  const follow = async (): Promise<void> => {
    for (let losses = 0; !isOver; losses += 1) {
      try {
        await pool.request("subscribe", { accounts: [address] });
        // Nobody listened in between.
        if (losses > 0 && !isOver) changed();
        losses = 0;
        await pool.ended;
      } catch {
        // The next try may reach a node.
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS[Math.min(losses, AGAIN_AFTER_MS.length - 1)]));
    }
  };
  void follow();
  return () => {
    isOver = true;
    stopHearing();
    if (pool.isOpen) pool.request("unsubscribe", { accounts: [address] }).catch(() => undefined);
  };
}
