// One xApp: what leads to it, the network it works on, then the page itself over the whole window.

import { useEffect, useState } from "preact/hooks";
import type { LaunchOrigin, WalletServer, XappInfo } from "../../server";
import { readCode } from "../../requests";
import type { Opening } from "../../xapps";
import { t } from "../i18n";
import { navigate } from "../router";
import type { ScreenProps } from "../routes";
import { useLoaded } from "../state/loading";
import { activeNetwork, knownNetworks } from "../state/networks";
import { connectServer } from "../state/server";
import { AppPicture } from "../ui/app_picture";
import { Button } from "../ui/controls";
import { ScreenHead } from "../ui/screen";
import { Notice, Waiting } from "../ui/words";
import { Trouble } from "./apps";
import { XAppPage } from "./xapp_page";

interface Known {
  server: WalletServer;
  info: XappInfo;
  /** Key of the network to open it on, null where the wallet's is none of the xApp's. */
  network: string | null;
}

async function look(identifier: string): Promise<Known> {
  const server = await connectServer();
  const [info, networks] = await Promise.all([server.xappInfo(identifier), knownNetworks()]);
  const active = activeNetwork(networks)?.key ?? null;
  const suits = active === null || info.networks.length === 0 || info.networks.includes(active);
  return { server, info, network: suits ? active : null };
}

export default function XApp({ params, query }: ScreenProps) {
  const identifier = params["id"] ?? "";
  const { value: known, problem, again } = useLoaded(() => look(identifier), [identifier]);
  const [agreed, setAgreed] = useState<string | null>(null);
  useEffect(() => setAgreed(null), [identifier]);
  if (known === null) {
    return (
      <div class="screen">
        <ScreenHead title={t("xapps.title")} back="/xapps" />
        {problem === null ? <Waiting /> : <Trouble problem={problem} again={again} />}
      </div>
    );
  }
  const { server, info } = known;
  const network = agreed ?? known.network;
  if (network === null) return <OtherNetwork info={info} onAgree={setAgreed} />;
  return (
    <XAppPage
      key={identifier}
      server={server}
      opening={openingOf(identifier, query, server.origins)}
      title={info.name}
      network={network}
      onClosed={() => navigate("/xapps", "replace")}
    />
  );
}

function OtherNetwork({ info, onAgree }: { info: XappInfo; onAgree: (network: string) => void }) {
  return (
    <div class="screen">
      <ScreenHead title={info.name} back="/xapps" />
      <section class="card stack">
        <AppPicture name={info.name} icon={info.icon} of={info.appid} large />
        {info.description !== "" && <p>{info.description}</p>}
        <Notice tone="warn">{t("xapp.other_network", { networks: info.networks.join(", ") })}</Notice>
        {info.networks.map((key) => (
          <Button key={key} kind="primary" onClick={() => onAgree(key)}>{t("xapp.open_on", { network: key })}</Button>
        ))}
      </section>
    </div>
  );
}

const ORIGINS: ReadonlySet<string> = new Set(["QR", "DEEP_LINK", "PUSH_NOTIFICATION", "EVENT_LIST"] satisfies LaunchOrigin[]);

/** What led here, as the address says. The parameters of a link count only where it names this very xApp. */
function openingOf(identifier: string, query: URLSearchParams, origins: readonly string[]): Opening {
  const from = query.get("from") ?? "";
  const event = query.get("event");
  const origin = (ORIGINS.has(from) ? from : event === null ? "XAPP_STORE" : "EVENT_LIST") as LaunchOrigin;
  if (event !== null) return { identifier, origin, originData: { payload: event } };
  const content = query.get("content");
  const code = content === null ? null : readCode(content, origins);
  if (code?.kind !== "xapp" || code.identifier !== identifier) return { identifier, origin };
  return { identifier, origin, originData: { [origin === "QR" ? "content" : "url"]: content }, parameters: code.params };
}
