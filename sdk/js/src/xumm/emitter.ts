// Events as the package has them: `on`, `off`, `once`, `emit` and their older names.

// Whoever listens declares what they expect, so nothing narrower would fit.
type Listener = (...what: any[]) => void;

export class Emitter {
  readonly #listeners = new Map<string, { listener: Listener; run: Listener }[]>();

  on(event: string, listener: Listener): this {
    return this.#add(event, listener, listener);
  }

  once(event: string, listener: Listener): this {
    const run: Listener = (...what) => {
      this.off(event, listener);
      listener(...what);
    };
    return this.#add(event, listener, run);
  }

  off(event: string, listener: Listener): this {
    const known = this.#listeners.get(event) ?? [];
    const at = known.findIndex((one) => one.listener === listener);
    if (at >= 0) this.#listeners.set(event, [...known.slice(0, at), ...known.slice(at + 1)]);
    return this;
  }

  addListener(event: string, listener: Listener): this {
    return this.on(event, listener);
  }

  removeListener(event: string, listener: Listener): this {
    return this.off(event, listener);
  }

  removeAllListeners(event?: string): this {
    if (event === undefined) this.#listeners.clear();
    else this.#listeners.delete(event);
    return this;
  }

  listenerCount(event: string): number {
    return this.#listeners.get(event)?.length ?? 0;
  }

  /** Tell who listens. @returns Whether anybody did. */
  emit(event: string, ...what: unknown[]): boolean {
    const listeners = this.#listeners.get(event) ?? [];
    for (const { run } of listeners) run(...what);
    return listeners.length > 0;
  }

  #add(event: string, listener: Listener, run: Listener): this {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), { listener, run }]);
    return this;
  }
}
