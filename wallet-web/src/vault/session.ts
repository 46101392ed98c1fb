// The time between unlocking and locking: the key, the watch over an absent holder, the other tabs.

import { VaultRefused } from "./errors";
import { IdleWatch } from "./idle";
import type { Word } from "./tabs";
import { Tabs } from "./tabs";
import type { VaultEvent } from "./types";

/** How long a new tab waits for one that is open. */
const ANSWER_WITHIN_MS = 150;

type Why = Extract<VaultEvent, { kind: "state" }>["why"];

interface Listener {
  /** Identifier of the vault that this tab knows. */
  vaultId(): string | null;
  opened(why: Why): void;
  locked(why: Why): void;
  /** Another tab changed the records. */
  changed(): void;
}

export class Session {
  readonly #tabs: Tabs;
  readonly #idle: IdleWatch;
  readonly #look = (): void => this.#idle.check();
  #key: CryptoKey | null = null;
  #openedAt = 0;
  #lockedAt = 0;
  #answered: (() => void) | null = null;

  constructor(
    readonly now: () => number,
    readonly listener: Listener,
  ) {
    this.#tabs = new Tabs((word) => this.#hear(word));
    this.#idle = new IdleWatch(1, now, () => this.close("idle"));
    globalThis.document?.addEventListener("visibilitychange", this.#look);
    globalThis.addEventListener?.("focus", this.#look);
  }

  /** The vault key, null while locked. */
  get key(): CryptoKey | null {
    return this.#key;
  }

  /**
   * Return the vault key for one use.
   *
   * @throws VaultRefused `locked`, also when it was time to lock and no timer has noticed yet.
   */
  use(): CryptoKey {
    this.#idle.check();
    if (this.#key === null) throw new VaultRefused("locked");
    return this.#key;
  }

  open(key: CryptoKey, why: Why, minutes: number): void {
    // Later than any locking that the others know of, even in the same millisecond.
    this.#begin(key, Math.max(this.now(), this.#lockedAt + 1), this.now(), minutes);
    this.#share();
    this.listener.opened(why);
  }

  /** Forget the key, here and in every other tab. */
  close(why: Why): void {
    if (this.#key === null) return;
    this.#key = null;
    this.#idle.stop();
    this.#lockedAt = this.now();
    this.#tabs.say({ kind: "locked", at: this.#lockedAt });
    this.listener.locked(why);
  }

  touch(): void {
    this.#idle.check();
    if (this.#key === null) return;
    const at = this.now();
    if (this.#idle.touch(at)) this.#tabs.say({ kind: "touched", at });
  }

  setMinutes(minutes: number): void {
    this.#idle.setMinutes(minutes);
  }

  tellChanged(): void {
    this.#tabs.say({ kind: "changed" });
  }

  /** Take over the key of a tab that has the vault open, if one answers at once. */
  async askOthers(): Promise<void> {
    if (this.listener.vaultId() === null) return;
    const answered = new Promise<void>((resolve) => (this.#answered = resolve));
    this.#tabs.say({ kind: "who_is_open" });
    await Promise.race([answered, new Promise((resolve) => setTimeout(resolve, ANSWER_WITHIN_MS))]);
    this.#answered = null;
  }

  /** Forget the key and leave; the other tabs stay as they are. */
  end(): void {
    this.#key = null;
    this.#idle.stop();
    this.#tabs.close();
    globalThis.document?.removeEventListener("visibilitychange", this.#look);
    globalThis.removeEventListener?.("focus", this.#look);
  }

  #begin(key: CryptoKey, openedAt: number, touchedAt: number, minutes?: number): void {
    this.#key = key;
    this.#openedAt = openedAt;
    if (minutes !== undefined) this.#idle.setMinutes(minutes);
    this.#idle.start(touchedAt);
  }

  #share(): void {
    const vaultId = this.listener.vaultId();
    if (this.#key === null || vaultId === null) return;
    this.#tabs.say({ kind: "open", vaultId, key: this.#key, openedAt: this.#openedAt, touchedAt: this.#idle.touchedAt });
  }

  #hear(word: Word): void {
    if (word.kind === "who_is_open") this.#share();
    else if (word.kind === "open") this.#join(word);
    else if (word.kind === "touched") this.#idle.touch(word.at);
    else if (word.kind === "changed") this.listener.changed();
    else {
      this.#lockedAt = Math.max(this.#lockedAt, word.at);
      // Said again by each tab that was open: one that has just come may have got the key from a tab that heard it late.
      this.close("other_tab");
    }
  }

  #join({ vaultId, key, openedAt, touchedAt }: Extract<Word, { kind: "open" }>): void {
    const isOurs = vaultId === this.listener.vaultId() && openedAt > this.#lockedAt;
    if (this.#key !== null || !isOurs) return;
    this.#begin(key, openedAt, touchedAt);
    this.#answered?.();
    this.listener.opened("other_tab");
  }
}
