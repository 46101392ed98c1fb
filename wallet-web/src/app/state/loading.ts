// Something that the server has to be asked for, as a component follows it.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Offline, ServerRefused, ServerUnusable } from "../../server";
import { hasText, t } from "../i18n";

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

/** What to tell somebody of a problem with the server. */
export function wordsOf(problem: unknown): string {
  if (problem instanceof Offline) return t("error.offline");
  if (problem instanceof ServerUnusable) return t("error.server_unusable");
  if (!(problem instanceof ServerRefused)) return t("error.unknown");
  const key = `server.${problem.code ?? problem.status}`;
  const cause = hasText(key) ? t(key as "error.unknown") : [problem.message, problem.hint].filter(Boolean).join(" ");
  return problem.reference === null ? cause : `${cause} ${t("error.reference", { reference: problem.reference })}`;
}
