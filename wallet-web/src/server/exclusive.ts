// One at a time, over all tabs of the wallet.

const here = new Map<string, Promise<unknown>>();

/** Wait for whoever holds the name, in this tab or another, then work. */
export function exclusive<T>(name: string, work: () => Promise<T>): Promise<T> {
  if (typeof navigator !== "undefined" && navigator.locks) return navigator.locks.request(name, work);
  const before = here.get(name) ?? Promise.resolve();
  const mine = before.then(work, work);
  here.set(name, mine.catch(() => undefined));
  return mine;
}

/** Work if nobody holds the name; `busy` otherwise. */
export async function exclusiveNow<T>(name: string, work: () => Promise<T>): Promise<T | "busy"> {
  if (typeof navigator !== "undefined" && navigator.locks) {
    return navigator.locks.request(name, { ifAvailable: true }, async (lock) => (lock === null ? "busy" : work()));
  }
  if (here.has(name)) return "busy";
  const mine = work();
  here.set(name, mine.catch(() => undefined));
  try {
    return await mine;
  } finally {
    here.delete(name);
  }
}
