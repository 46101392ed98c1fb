// A value that components follow.

import { useEffect, useState } from "preact/hooks";

/** A value with listeners; setting the same value again tells nobody. */
export class Observed<T> {
  readonly #listeners = new Set<() => void>();
  #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener();
  }

  /** @returns how to stop it */
  follow(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The value now; the component is drawn anew when it changes. */
export function useObserved<T>(observed: Observed<T>): T {
  const [, draw] = useState({});
  useEffect(() => {
    let seen = observed.value;
    const update = () => {
      if (Object.is(seen, observed.value)) return;
      seen = observed.value;
      draw({});
    };
    const stop = observed.follow(update);
    draw({}); // it may have changed between drawing and following
    return stop;
  }, [observed]);
  return observed.value;
}
