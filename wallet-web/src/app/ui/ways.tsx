// The ways through the app: five on a phone, all of them beside the screen where there is room.

import { t, tn, type Key } from "../i18n";
import { Link, usePlace } from "../router";
import { useObserved } from "../state/observe";
import { inbox } from "../state/server";
import { Icon, type IconName } from "./icon";

interface Way {
  to: string;
  icon: IconName;
  label: Extract<Key, `way.${string}`>;
  kind?: "wide-only" | "scan-way";
}

const WAYS: readonly Way[] = [
  { to: "/", icon: "home", label: "way.home" },
  { to: "/activity", icon: "clock", label: "way.activity" },
  { to: "/scan", icon: "scan", label: "way.scan", kind: "scan-way" },
  { to: "/xapps", icon: "grid", label: "way.xapps" },
  { to: "/accounts", icon: "key", label: "way.accounts", kind: "wide-only" },
  { to: "/apps", icon: "apps", label: "way.apps", kind: "wide-only" },
  { to: "/devices", icon: "device", label: "way.devices", kind: "wide-only" },
  { to: "/settings", icon: "cog", label: "way.settings" },
];

/** The navigation. */
export function Ways() {
  const { path } = usePlace();
  const waiting = useObserved(inbox)?.length ?? 0;
  const isHere = (to: string) => (to === "/" ? path === "/" : path === to || path.startsWith(`${to}/`));
  return (
    <nav class="ways" aria-label={t("way.all")}>
      {WAYS.map(({ to, icon, label, kind }) => (
        <Link key={to} to={to} class={kind ?? ""} aria-current={isHere(to) ? "page" : undefined}>
          <Icon name={icon} />
          <span>{t(label)}</span>
          {to === "/" && waiting > 0 && (
            <span class="count">
              <span aria-hidden="true">{waiting}</span>
              <span class="visually-hidden">{tn("inbox.waiting", waiting)}</span>
            </span>
          )}
        </Link>
      ))}
    </nav>
  );
}
