// Where a session and the sign-ins that were begun are kept, so that other tabs and the next visit find them.

import { host, type Keep } from "../host.js";

/** `browser`: until it ends, for all tabs. `tab`: until the tab is closed. `page`: until it is left. */
export type Remember = "browser" | "tab" | "page";

/** Return the place, one in memory where the browser keeps nothing for this page. */
export function keepFor(remember: Remember | Keep): Keep {
  if (typeof remember === "object") return remember;
  try {
    // With all site data blocked, already looking throws.
    const place = remember === "browser" ? host.localStorage : remember === "tab" ? host.sessionStorage : undefined;
    place?.getItem("");
    if (place) return place;
  } catch {}
  return inMemory();
}

function inMemory(): Keep {
  const values = new Map<string, string>();
  return {
    getItem: (name) => values.get(name) ?? null,
    setItem: (name, value) => void values.set(name, value),
    removeItem: (name) => void values.delete(name),
  };
}

/** Return what is kept under a name, null where that is nothing or unreadable. */
export function read<T>(keep: Keep, name: string): T | null {
  try {
    return JSON.parse(keep.getItem(name) ?? "null") as T | null;
  } catch {
    return null;
  }
}

/** Keep a value, or forget it where it is null. A full or forbidden storage costs the memory, not the sign-in. */
export function write(keep: Keep, name: string, value: unknown): void {
  try {
    if (value === null) keep.removeItem(name);
    else keep.setItem(name, JSON.stringify(value));
  } catch {}
}

/** Do something that no other tab does at the same time. */
export function alone<T>(name: string, run: () => Promise<T>): Promise<T> {
  const { locks } = host.navigator ?? {};
  return locks ? locks.request(name, run) : run();
}
