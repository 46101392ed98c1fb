// Which screen stands behind which address. A screen is loaded when it is first shown.

import type { ComponentType } from "preact";
import { matchPath } from "./router";

/** What a screen is given: the parameters of its address, and the query. */
export interface ScreenProps {
  params: Record<string, string>;
  query: URLSearchParams;
}

export type Screen = ComponentType<ScreenProps>;

/** `vault`: without a vault the welcome comes first, and a locked one is unlocked first. `nothing`: shown at once. */
export type Needs = "nothing" | "vault";

export interface Route {
  pattern: string;
  needs: Needs;
  /** Shown without the ways through the app: one thing is to be done here. */
  bare?: boolean;
  load: () => Promise<{ default: Screen }>;
}

const addAccount = () => import("./screens/accounts/add");

export const ROUTES: readonly Route[] = [
  { pattern: "/", needs: "vault", load: () => import("./screens/home") },
  { pattern: "/welcome", needs: "nothing", load: () => import("./screens/welcome") },
  { pattern: "/sign/:uuid", needs: "vault", bare: true, load: () => import("./screens/request") },
  { pattern: "/pay", needs: "vault", bare: true, load: () => import("./screens/pay") },
  { pattern: "/accounts", needs: "vault", load: () => import("./screens/accounts") },
  { pattern: "/accounts/new", needs: "vault", load: addAccount },
  { pattern: "/accounts/import", needs: "vault", load: addAccount },
  { pattern: "/accounts/:address", needs: "vault", load: () => import("./screens/accounts/account") },
  { pattern: "/scan", needs: "vault", load: () => import("./screens/scan") },
  { pattern: "/xapps", needs: "vault", load: () => import("./screens/xapps") },
  { pattern: "/xapps/:id", needs: "vault", load: () => import("./screens/xapp") },
  { pattern: "/apps", needs: "vault", load: () => import("./screens/apps") },
  { pattern: "/devices", needs: "vault", load: () => import("./screens/devices") },
  { pattern: "/activity", needs: "vault", load: () => import("./screens/activity") },
  { pattern: "/notifications", needs: "vault", load: () => import("./screens/notifications") },
  { pattern: "/settings", needs: "vault", load: () => import("./screens/settings") },
];

/** The route of a path with its parameters, or null. */
export function findRoute(path: string): { route: Route; params: Record<string, string> } | null {
  for (const route of ROUTES) {
    const params = matchPath(route.pattern, path);
    if (params !== null) return { route, params };
  }
  return null;
}
