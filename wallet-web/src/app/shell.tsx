// The frame around every screen, and the gate: no vault leads to the welcome, a locked one to its lock.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { brand } from "./brand";
import { t } from "./i18n";
import { Link, usePlace } from "./router";
import { findRoute, type Screen } from "./routes";
import Damaged from "./screens/damaged";
import Missing from "./screens/missing";
import { announcement } from "./state/announce";
import { useObserved } from "./state/observe";
import { keepStored } from "./state/persistence";
import { proveAccounts } from "./state/proofs";
import { connectServer } from "./state/server";
import { keepWaking } from "./state/waking";
import { openVault, startVault, useVault, vaultProblem } from "./state/vault";
import { IconButton } from "./ui/controls";
import { HEADING_ID } from "./ui/screen";
import { Strips } from "./ui/strips";
import { Waiting } from "./ui/words";
import { Ways } from "./ui/ways";

/** The whole app. */
export function Shell() {
  const vault = useObserved(openVault);
  const problem = useObserved(vaultProblem);
  useEffect(() => void startVault(), []);
  if (problem !== null) return <Frame bare><Lazy load={LOADERS.damaged} params={{}} query={new URLSearchParams()} /></Frame>;
  if (vault === null) return <Frame bare><Waiting /></Frame>;
  return <Gate />;
}

function Gate() {
  const vault = useVault();
  const { path, query } = usePlace();
  const found = findRoute(path);
  const isOpen = vault.state === "open";
  const isNew = vault.accounts.length === 0 && vault.damagedAccounts.length === 0;
  // What a wallet with keys is for needs its server; without a network it is tried again when the network is back.
  useEffect(() => {
    if (!isOpen || vault.accounts.length === 0) return;
    const connect = () => {
      const server = connectServer();
      server.then(proveAccounts).catch(() => undefined);
      server.then(keepWaking).catch(() => undefined);
    };
    connect();
    void keepStored();
    addEventListener("online", connect);
    return () => removeEventListener("online", connect);
  }, [isOpen, vault.accounts.length === 0]);

  let load: () => Promise<{ default: Screen }>;
  if (vault.state === "damaged") load = LOADERS.damaged;
  else if (found === null) load = LOADERS.missing;
  else if (found.route.needs === "nothing") load = found.route.load;
  else if (vault.state === "empty" || (isOpen && isNew)) load = LOADERS.welcome;
  else if (vault.state === "locked") load = LOADERS.locked;
  else load = found.route.load;

  const bare = !isOpen || load === LOADERS.welcome || found?.route.bare === true;
  return (
    <Frame bare={bare} onLock={isOpen && !isNew ? () => vault.lock() : undefined}>
      <Lazy load={load} params={found?.params ?? {}} query={query} />
    </Frame>
  );
}

const LOADERS = {
  damaged: async () => ({ default: Damaged }),
  missing: async () => ({ default: Missing }),
  welcome: () => import("./screens/welcome"),
  locked: () => import("./screens/locked"),
};

function Frame({ bare = false, onLock, children }: { bare?: boolean; onLock?: (() => void) | undefined; children: ComponentChildren }) {
  const said = useObserved(announcement);
  return (
    <div class={bare ? "frame bare" : "frame"}>
      <a class="skip" href="#main">{t("skip")}</a>
      <div class="strips"><Strips /></div>
      <header class="frame-top">
        <Link to="/" class="brand">
          <img src="/wallet/icons/logo.svg" alt="" width="28" height="28" />
          <span>{brand.name}</span>
        </Link>
        {brand.dev && <span class="badge warn">{t("sandbox")}</span>}
        <span class="end">{onLock !== undefined && <IconButton icon="lock" label={t("lock.now")} onClick={onLock} />}</span>
      </header>
      {!bare && <Ways />}
      <main id="main" tabIndex={-1}>{children}</main>
      <p class="visually-hidden" role="status">{said}</p>
    </div>
  );
}

interface LazyProps {
  load: () => Promise<{ default: Screen }>;
  params: Record<string, string>;
  query: URLSearchParams;
}

/** Loads a screen and shows it; the focus goes to its heading, but for the very first one. */
function Lazy({ load, params, query }: LazyProps) {
  const [shown, setShown] = useState<{ load: LazyProps["load"]; screen: Screen } | null>(null);
  const [failed, setFailed] = useState(false);
  const isFirst = useRef(true);
  const at = JSON.stringify(params);
  useEffect(() => {
    let isCurrent = true;
    setFailed(false);
    load().then(
      (module) => isCurrent && setShown({ load, screen: module.default }),
      () => isCurrent && setFailed(true),
    );
    return () => {
      isCurrent = false;
    };
  }, [load]);
  const isShown = shown !== null && shown.load === load;
  useEffect(() => {
    if (!isShown) return;
    if (!isFirst.current) {
      scrollTo(0, 0);
      (document.getElementById(HEADING_ID) ?? document.getElementById("main"))?.focus({ preventScroll: true });
    }
    isFirst.current = false;
  }, [isShown, at]);
  if (failed) return <p role="alert" class="empty">{t("error.not_loaded")}</p>;
  if (!isShown) return <Waiting />;
  const { screen: Shown } = shown;
  return <Shown key={at} params={params} query={query} />;
}
