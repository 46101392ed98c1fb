// The wallet's tabs keep in step: what one locks is locked in all, what one opens is open in all.
//
// The key that goes from tab to tab is a WebCrypto key whose bytes no script can read, and only pages of this origin
// hear it.

const CHANNEL = "sealgate-vault";

export type Word =
  | { kind: "who_is_open" }
  | { kind: "open"; vaultId: string; key: CryptoKey; openedAt: number; touchedAt: number }
  | { kind: "locked"; at: number }
  | { kind: "touched"; at: number }
  | { kind: "changed" };

export class Tabs {
  readonly #channel: BroadcastChannel | null;

  /** @param hear Called with what other tabs say, never with one's own words. */
  constructor(hear: (word: Word) => void) {
    this.#channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(CHANNEL);
    if (this.#channel !== null) this.#channel.onmessage = ({ data }: MessageEvent<Word>) => hear(data);
  }

  say(word: Word): void {
    try {
      this.#channel?.postMessage(word);
    } catch {
      // Where a key cannot be sent, each tab is unlocked by itself; all other words are plain data and always go.
    }
  }

  close(): void {
    this.#channel?.close();
  }
}
