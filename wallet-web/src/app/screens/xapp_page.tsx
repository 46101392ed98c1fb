// The page of an xApp, over the whole window: its frame below a bar that says whose it is, and what it asks for above.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { WalletServer } from "../../server";
import { type Opening, type SessionState, XAppSession } from "../../xapps";
import { brand } from "../brand";
import { currentLanguage, t } from "../i18n";
import { knownNetworks, networks } from "../state/networks";
import { useObserved } from "../state/observe";
import { activeAccount, chooseAccount, useVault } from "../state/vault";
import { AppPicture } from "../ui/app_picture";
import { Button, Choices, IconButton } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { Problem } from "../ui/problem";
import { HEADING_ID } from "../ui/screen";
import { OutLink, shortAddress } from "../ui/show";
import { Notice, Waiting } from "../ui/words";
import { AskedFor } from "./xapp_asked";

/**
 * What the frame may do. With its own origin, so that it can be addressed and keep what it stores: that is safe because
 * nothing of the wallet's origin is framed.
 */
const SANDBOX = "allow-scripts allow-forms allow-same-origin allow-popups";

interface XAppPageProps {
  server: WalletServer;
  opening: Opening;
  title: string;
  /** Key of the network it is opened on. */
  network: string;
  onClosed: () => void;
}

export function XAppPage({ server, opening, title, network: openedOn, onClosed }: XAppPageProps) {
  const vault = useVault();
  const [state, setState] = useState<SessionState>({ at: "launching" });
  const [network, setNetwork] = useState(openedOn);
  const [isChoosing, setChoosing] = useState(false);
  const account = activeAccount(vault)?.address ?? null;
  const session = useMemo(
    () =>
      new XAppSession({
        server,
        opening,
        settings: {
          account,
          network: openedOn,
          locale: currentLanguage(),
          currency: "USD",
          style: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
          ...nodeOf(openedOn),
        },
        accounts: () => vault.accounts.map((one) => one.address),
        own: location.origin,
        dev: brand.dev,
        onState: setState,
        onHeard: () => vault.touch(),
        onDropped: (dropped) => console.info("the xApp's message had no effect:", dropped),
        openPage: (url) => void window.open(url, "_blank", "noopener,noreferrer"),
        wasPressed: () => navigator.userActivation?.isActive ?? false,
      }),
    [],
  );
  useEffect(() => {
    void session.begin();
    return () => session.end();
  }, [session]);
  useEffect(() => {
    if (state.at === "closed") onClosed();
  }, [state.at]);

  const shown = state.at === "open" || state.at === "refused" ? state.launch.xappTitle : title;
  const host = state.at === "open" ? new URL(state.origin).host : "";
  return (
    <div class="xapp">
      <header class="xapp-bar">
        <IconButton icon="cross" label={t("xapp.close")} onClick={() => session.close()} />
        {state.at === "open" && <AppPicture name={shown} icon={state.launch.icon} of={state.launch.appid} />}
        <div class="words">
          <h1 id={HEADING_ID} tabIndex={-1} class="clip">{shown}</h1>
          <small class="clip">{host}</small>
        </div>
        <button type="button" class="xapp-place" onClick={() => setChoosing(true)}>
          <span class="visually-hidden">{t("xapp.place")}: </span>
          <span class="clip">{network}</span>
          <small class="clip">{account === null ? "" : (activeAccount(vault)?.label || shortAddress(account))}</small>
        </button>
      </header>
      {state.at === "launching" && <Waiting text={t("xapp.launching", { name: title })} />}
      {state.at === "failed" && (
        <div class="xapp-word stack">
          <Problem of={state.problem} />
          <Button onClick={() => void session.begin()}>{t("retry")}</Button>
        </div>
      )}
      {state.at === "refused" && (
        <div class="xapp-word stack">
          <Notice tone="bad" alert>
            <strong>{t("xapp.not_framed")}</strong>
            <span>{t(`xapp.not_framed.${state.why}`)}</span>
          </Notice>
          {state.launch.xappSupportUrl !== null && <OutLink href={state.launch.xappSupportUrl}>{t("xapp.support")}</OutLink>}
        </div>
      )}
      {state.at === "open" && (
        <>
          {state.isSlow && (
            <p class="strip warn" role="status">
              {t("xapp.slow")}
              {state.launch.xappSupportUrl !== null && <OutLink href={state.launch.xappSupportUrl}>{t("xapp.support")}</OutLink>}
            </p>
          )}
          <Frame key={state.launch.ott} session={session} title={shown} />
          {!state.isReady && !state.isSlow && <div class="xapp-loading"><Waiting text={t("xapp.loading", { name: shown })} /></div>}
          {state.asked !== null && <AskedFor asked={state.asked} app={shown} network={network} />}
        </>
      )}
      {isChoosing && (
        <PlaceDialog
          network={network}
          account={account}
          onPlace={(place) => {
            setChoosing(false);
            if (place.account !== account && place.account !== null) {
              chooseAccount(place.account);
              session.useAccount(place.account);
            }
            if (place.network === network) return;
            setNetwork(place.network);
            void session.useNetwork(place.network, nodeOf(place.network).node);
          }}
          onClose={() => setChoosing(false)}
        />
      )}
    </div>
  );
}

function nodeOf(network: string): { node?: string } {
  const node = networks.value.find((one) => one.key === network)?.endpoints[0];
  return node === undefined ? {} : { node };
}

/** A new one with each launch, so that nothing of the page before hears what is for the next. */
function Frame({ session, title }: { session: XAppSession; title: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  useEffect(() => {
    if (frame.current !== null) session.attach(frame.current);
  }, []);
  return <iframe ref={frame} title={title} sandbox={SANDBOX} referrerpolicy="strict-origin" />;
}

interface Place {
  network: string;
  account: string | null;
}

interface PlaceDialogProps extends Place {
  onPlace: (place: Place) => void;
  onClose: () => void;
}

/** Which network the xApp is on, and as whom. */
function PlaceDialog({ network, account, onPlace, onClose }: PlaceDialogProps) {
  const vault = useVault();
  const known = useObserved(networks);
  const [place, setPlace] = useState<Place>({ network, account });
  useEffect(() => void knownNetworks().catch(() => undefined), []);
  return (
    <Dialog title={t("xapp.place")} onClose={onClose}>
      {vault.accounts.length > 1 && (
        <Choices
          legend={t("xapp.account")}
          value={place.account}
          onValue={(address) => setPlace({ ...place, account: address })}
          choices={vault.accounts.map((one) => ({ value: one.address, label: one.label || t("account.unnamed"), hint: shortAddress(one.address) }))}
        />
      )}
      <Choices
        legend={t("xapp.network")}
        value={place.network}
        onValue={(key) => setPlace({ ...place, network: key })}
        choices={known.map(({ key, name }) => ({ value: key, label: name, hint: key }))}
      />
      <div class="sticky-end">
        <Button kind="primary" onClick={() => onPlace(place)}>{t("save")}</Button>
      </div>
    </Dialog>
  );
}
