// Something that the server has to be asked for, as a component follows it.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

interface Loaded<T> {
  /** What came last, also while it is asked for again. */
  value: T | null;
  problem: unknown;
  again: () => Promise<void>;
}

/** Ask when the component is drawn first, when an input changes, and when told to. */
export function useLoaded<T>(load: () => Promise<T>, inputs: readonly unknown[]): Loaded<T> {
  const [value, setValue] = useState<T | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const number = useRef(0);
  const again = useCallback(async () => {
    number.current += 1;
    const mine = number.current;
    try {
      const found = await load();
      if (mine !== number.current) return;
      setValue(() => found);
      setProblem(null);
    } catch (failed) {
      if (mine === number.current) setProblem(failed);
    }
  }, inputs);
  useEffect(() => {
    void again();
    return () => {
      number.current += 1;
    };
  }, [again]);
  return { value, problem, again };
}
