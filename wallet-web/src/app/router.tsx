// Where in the app we are: the browser's own history, addresses under `/wallet`, and links that need no reload.

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

export const BASE = "/wallet";

/** An address within the app. */
export interface Place {
  /** Begins with a slash, without `/wallet`: `/sign/<uuid>`. */
  path: string;
  query: URLSearchParams;
}

const listeners = new Set<() => void>();

/** Where we are now. */
export function currentPlace(): Place {
  const { pathname, search } = location;
  const path = pathname.startsWith(BASE) ? pathname.slice(BASE.length).replace(/\/$/, "") : "";
  return { path: path || "/", query: new URLSearchParams(search) };
}

/**
 * Go to a path within the app, such as `/accounts`.
 *
 * @param how `replace` takes the place of the present entry, so that "back" does not lead here.
 */
export function navigate(path: string, how: "push" | "replace" = "push"): void {
  history[how === "push" ? "pushState" : "replaceState"](null, "", BASE + path);
  for (const listener of listeners) listener();
}

/** The place we are at; the component is drawn anew when it changes. */
export function usePlace(): Place {
  const [place, setPlace] = useState(currentPlace);
  useEffect(() => {
    const update = () => setPlace(currentPlace());
    listeners.add(update);
    addEventListener("popstate", update);
    return () => {
      listeners.delete(update);
      removeEventListener("popstate", update);
    };
  }, []);
  return place;
}

interface LinkProps extends Omit<JSX.IntrinsicElements["a"], "href" | "role"> {
  to: string;
  children: ComponentChildren;
}

/** A link within the app: a real one, that opens in a new tab where somebody wants it to. */
export function Link({ to, children, ...rest }: LinkProps) {
  return (
    <a
      {...rest}
      href={BASE + to}
      onClick={(event: MouseEvent) => {
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        navigate(to);
      }}
    >
      {children}
    </a>
  );
}

/** Match a path against a pattern such as `/sign/:uuid`; the parameters, or null. */
export function matchPath(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return null;
  const found: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const segment = given[index] ?? "";
    if (!part.startsWith(":")) {
      if (part !== segment) return null;
      continue;
    }
    try {
      found[part.slice(1)] = decodeURIComponent(segment);
    } catch {
      return null;
    }
  }
  return found;
}
