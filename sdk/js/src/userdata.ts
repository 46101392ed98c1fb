// Small values kept for each user: JSON objects, each under a key of 3 to 64 small letters and digits.

import { type CallOptions, call, type Credentials, type Wire } from "./caller.js";
import type { KeysOut, PersistedOut, ValuesOut } from "./models.js";

/** A value: a JSON object of up to 60 KB. */
export type Value = Record<string, unknown>;

export class Userdata {
  readonly #wire: Wire;
  readonly #who: Credentials;

  /** @internal */
  constructor(wire: Wire, who: Credentials) {
    this.#wire = wire;
    this.#who = who;
  }

  /** Return the keys that have a value. */
  async list(options: CallOptions = {}): Promise<string[]> {
    return (await this.#call<KeysOut>("", options)).keys;
  }

  /** Return a value, null where there is none. */
  async get<T extends object = Value>(key: string, options: CallOptions = {}): Promise<T | null> {
    return (await this.getMany<T>([key], options))[key] ?? null;
  }

  /** Return the values of up to 64 keys, by key; keys without a value are left out. */
  async getMany<T extends object = Value>(keys: readonly string[], options: CallOptions = {}): Promise<Record<string, T>> {
    return (await this.#call<ValuesOut>(`/${keys.join(",")}`, options)).data as Record<string, T>;
  }

  /** Store a value in place of what was there. */
  async set(key: string, value: object, options: CallOptions = {}): Promise<void> {
    await this.#call<PersistedOut>(`/${key}`, { ...options, method: "POST", body: value });
  }

  /** Remove a value, whether or not there is one. */
  async delete(key: string, options: CallOptions = {}): Promise<void> {
    await this.#call<PersistedOut>(`/${key}`, { ...options, method: "DELETE" });
  }

  #call<T>(path: string, asked: object): Promise<T> {
    return call<T>(this.#wire, this.#who, { path: `userdata${path}`, family: "jwt", repeatable: true, ...asked });
  }
}
