// The app's own document: any JSON of up to 60 KB, for back ends alone.

import { type CallOptions, call, type Credentials, type Wire } from "./caller.js";
import type { DocumentOut, DocumentStoredOut } from "./models.js";

export class Storage {
  readonly #wire: Wire;
  readonly #who: Credentials;

  /** @internal */
  constructor(wire: Wire, who: Credentials) {
    this.#wire = wire;
    this.#who = who;
  }

  /** Return the document, null where nothing is stored. */
  async get<T = unknown>(options: CallOptions = {}): Promise<T | null> {
    return (await this.#call<DocumentOut>(options)).data as T | null;
  }

  /** Store a document in place of what was there. */
  async set(document: unknown, options: CallOptions = {}): Promise<void> {
    await this.#call<DocumentStoredOut>({ ...options, method: "POST", body: document });
  }

  /** Remove the document, whether or not there is one. */
  async delete(options: CallOptions = {}): Promise<void> {
    await this.#call<DocumentStoredOut>({ ...options, method: "DELETE" });
  }

  #call<T>(asked: object): Promise<T> {
    return call<T>(this.#wire, this.#who, { path: "app-storage", family: "platform", repeatable: true, ...asked });
  }
}
