// Which commands a wallet takes, and when. (wallet-api 8.4)

import type { CommandName } from "./commands";

/** What an app may do, as the answer to a launch says. */
export interface Permissions {
  /** Names of commands in upper case. */
  commands: readonly string[];
  special: readonly string[];
}

/** At least this long after one message that was taken, the next one is taken; what comes between is dropped. */
export const MIN_SPACING_MS = 1500;

/** A page that has to say `ready` and has not after this long is slow: the wallet tells whom to ask. */
export const SLOW_AFTER_MS = 10_000;

export type Closed =
  | { why: "not_permitted" }
  | { why: "not_ready"; waitsFor: "ready" | "load" }
  | { why: "too_soon"; waited_ms: number };

/**
 * The gates in front of one document. They are passed in this order: the app has the permission; the page said `ready`,
 * or is loaded where it need not say so; the last message that was taken is 1500 ms ago. A message that is dropped
 * does not make the next one wait longer.
 */
export class Gates {
  readonly #permitted: ReadonlySet<string>;
  readonly #now: () => number;
  #open = false;
  #lastAt = -Infinity;

  /** @param now A clock that never goes back, in ms. */
  constructor(permissions: Permissions, now: () => number) {
    this.#permitted = new Set(permissions.commands.map((name) => name.toUpperCase()));
    this.#now = now;
  }

  /** Whether the page has to say `ready` before it may ask for anything else. */
  get waitsForReady(): boolean {
    return this.#permitted.has("READY");
  }

  /** Whether the page is past `ready`, or past its load where it need not say `ready`. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** How long it is until a message may come again, in ms. */
  get closedFor_ms(): number {
    return Math.max(0, this.#lastAt + MIN_SPACING_MS - this.#now());
  }

  /** The document has loaded. */
  loaded(): void {
    if (!this.waitsForReady) this.#open = true;
  }

  /** Pass a command, or say why not. One that passes makes the next one wait. */
  pass(name: CommandName): Closed | null {
    if (!this.#permitted.has(name.toUpperCase())) return { why: "not_permitted" };
    if (!this.#open && name !== "ready") {
      return { why: "not_ready", waitsFor: this.waitsForReady ? "ready" : "load" };
    }
    const now = this.#now();
    const waited_ms = now - this.#lastAt;
    if (waited_ms < MIN_SPACING_MS) return { why: "too_soon", waited_ms };
    this.#lastAt = now;
    if (name === "ready") this.#open = true;
    return null;
  }
}
