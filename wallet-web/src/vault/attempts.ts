// A wrong passphrase makes the next one wait. The count is in the database: neither a reload nor another tab resets it.

import type { Database } from "./database";
import { VaultRefused } from "./errors";
import type { Attempts } from "./records";

const FREE_FAILURES = 3;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 300_000;

/** Return how long after that many wrong passphrases in a row the next is tried: nothing, then 5 s, doubled up to 5 min. */
export function waitAfter(failures: number): number {
  if (failures < FREE_FAILURES) return 0;
  return Math.min(FIRST_WAIT_MS * 2 ** Math.min(failures - FREE_FAILURES, 10), LONGEST_WAIT_MS);
}

/**
 * Try a passphrase. It counts as wrong before it is tried, so that a closed tab gains nothing.
 *
 * @throws VaultRefused `wait` before its time; `wrong_passphrase` from `attempt`, with how long to wait now.
 */
export async function tryPassphrase<T>(database: Database, now: () => number, attempt: () => Promise<T>): Promise<T> {
  let counted: Attempts = { failures: 0, waitUntil: 0 };
  await database.count((before) => {
    // A clock that was set back must not lock the holder out for longer than any failure does.
    const waitUntil = Math.min(before.waitUntil, now() + LONGEST_WAIT_MS);
    if (now() < waitUntil) throw new VaultRefused("wait", waitUntil);
    const failures = before.failures + 1;
    return (counted = { failures, waitUntil: now() + waitAfter(failures) });
  });
  try {
    const result = await attempt();
    await database.count(() => ({ failures: 0, waitUntil: 0 }));
    return result;
  } catch (problem) {
    if (problem instanceof VaultRefused && problem.reason === "wrong_passphrase")
      throw new VaultRefused("wrong_passphrase", waitAfter(counted.failures) > 0 ? counted.waitUntil : null);
    // It was no guess: the lock is damaged, or the worker did not start.
    await database.count(({ failures, waitUntil }) => ({ failures: Math.max(0, failures - 1), waitUntil: failures > 1 ? waitUntil : 0 }));
    throw problem;
  }
}
