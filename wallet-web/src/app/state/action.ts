// Something that is done because of a press: once at a time, with what went wrong.

import { useRef, useState } from "preact/hooks";

export interface Action<Args extends unknown[]> {
  /** Do it; a second call while it runs does nothing. */
  run: (...args: Args) => void;
  isBusy: boolean;
  /** What the last try threw, null where it went well or is running. */
  problem: unknown;
  clear: () => void;
}

/** Make an action of a function. */
export function useAction<Args extends unknown[]>(does: (...args: Args) => Promise<void>): Action<Args> {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const running = useRef(false);
  const run = (...args: Args) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setProblem(null);
    does(...args)
      .catch((thrown: unknown) => setProblem(thrown ?? new Error("unknown")))
      .finally(() => {
        running.current = false;
        setBusy(false);
      });
  };
  return { run, isBusy, problem, clear: () => setProblem(null) };
}
