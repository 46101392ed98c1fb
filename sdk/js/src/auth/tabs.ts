// What the tabs of one app in one browser tell each other.

import { type Channel, host } from "../host.js";

export type News =
  | { kind: "session" }
  /** A popup has come back to a page of the app's: whoever opened it may have the answer. */
  | { kind: "answer"; state: string; values: Record<string, string> }
  | { kind: "taken"; state: string };

export class Tabs {
  readonly #channel: Channel | undefined;
  readonly #listeners = new Set<(news: News) => void>();
  // What is stored reaches a tab in another process later than what is told: then it is read once more.
  readonly #stored: (event: { key: string | null }) => void;

  /** @param listening False where there are no tabs: in Node an open channel keeps the program running. */
  constructor(name: string, listening: boolean) {
    this.#channel = listening && host.BroadcastChannel ? new host.BroadcastChannel(name) : undefined;
    if (this.#channel) {
      this.#channel.onmessage = ({ data }) => {
        this.#hear(data as News);
      };
    }
    this.#stored = ({ key }) => {
      if (key === name) this.#hear({ kind: "session" });
    };
    if (listening) host.addEventListener?.("storage", this.#stored as never);
  }

  /** Tell the other tabs. */
  tell(news: News): void {
    this.#channel?.postMessage(news);
  }

  /** Hear the other tabs until the returned function is called. */
  listen(listener: (news: News) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(): void {
    this.#channel?.close();
    host.removeEventListener?.("storage", this.#stored as never);
  }

  #hear(news: News): void {
    for (const listener of [...this.#listeners]) listener(news);
  }
}
