// What an xApp asks for, in front of its page until it is answered.

import { useState } from "preact/hooks";
import type { Asked, AskedOf } from "../../xapps";
import { t } from "../i18n";
import { useLoaded } from "../state/loading";
import { knownNetworks, nodeOf } from "../state/networks";
import { Button } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { CopyButton } from "../ui/show";
import { Explorers } from "./activity";
import { Scanner } from "./scan_view";
import { DestinationDialog } from "./xapp_destination";
import { SignDialog } from "./xapp_sign";

interface AskedForProps {
  asked: Asked;
  /** Name of the xApp. */
  app: string;
  /** Key of the network it is on. */
  network: string;
}

export function AskedFor({ asked, app, network }: AskedForProps) {
  switch (asked.kind) {
    case "sign":
      return <SignDialog key={asked.uuid} asked={asked} app={app} />;
    case "scan":
      return (
        <Dialog title={t("xapp.scan", { app })} onClose={() => asked.answer(null)}>
          <Scanner onText={asked.answer} />
        </Dialog>
      );
    case "destination":
      return <DestinationDialog asked={asked} app={app} network={network} />;
    case "browse":
      return <BrowseDialog asked={asked} app={app} />;
    case "transaction":
      return <TransactionDialog asked={asked} network={network} />;
    case "share":
      return <ShareDialog asked={asked} app={app} />;
  }
}

function BrowseDialog({ asked, app }: { asked: AskedOf<"browse">; app: string }) {
  return (
    <Dialog title={t("xapp.browse", { host: new URL(asked.url).host })} onClose={() => asked.answer(false)}>
      <p>{t("xapp.browse_hint", { app })}</p>
      <p class="mono small scanned">{asked.url}</p>
      <div class="actions pair">
        <Button onClick={() => asked.answer(false)}>{t("cancel")}</Button>
        <Button kind="primary" icon="out" onClick={() => asked.answer(true)}>{t("xapp.browse_open")}</Button>
      </div>
    </Dialog>
  );
}

/** How long a node is asked what became of a transaction, in ms. */
const LOOK_MS = 5000;

function TransactionDialog({ asked, network }: { asked: AskedOf<"transaction">; network: string }) {
  const { value: ending } = useLoaded(async () => {
    const found = (await knownNetworks()).find((one) => one.key === network);
    if (found === undefined || found.endpoints.length === 0) return null;
    return nodeOf(found).follow(asked.txid, null, { waitMs: LOOK_MS });
  }, [asked.txid]);
  const result = ending === null || ending.validated === null ? t("xapp.tx_unknown") : (ending.result ?? t("xapp.tx_unknown"));
  return (
    <Dialog title={t("xapp.tx")} onClose={() => asked.answer(true)}>
      <dl class="facts">
        <div><dt>{t("activity.hash")}</dt><dd class="mono">{asked.txid}</dd></div>
        <div><dt>{t("activity.account")}</dt><dd class="mono">{asked.account}</dd></div>
        <div><dt>{t("activity.network")}</dt><dd>{network}</dd></div>
        <div><dt>{t("xapp.tx_result")}</dt><dd>{result}</dd></div>
        {ending !== null && ending.ledgerIndex !== null && <div><dt>{t("xapp.tx_ledger")}</dt><dd class="num">{ending.ledgerIndex}</dd></div>}
      </dl>
      <CopyButton text={asked.txid} label={t("activity.copy_hash")} />
      <Explorers network={network} txid={asked.txid} />
    </Dialog>
  );
}

function ShareDialog({ asked, app }: { asked: AskedOf<"share">; app: string }) {
  const [isFailed, setFailed] = useState(false);
  const share = (): void => {
    const data = asked.title === null ? { text: asked.text } : { title: asked.title, text: asked.text };
    // Somebody who closes the system's sheet comes back to this one.
    navigator.share(data).then(
      () => asked.answer(true),
      (problem: unknown) => setFailed(!(problem instanceof DOMException && problem.name === "AbortError")),
    );
  };
  return (
    <Dialog title={t("xapp.share", { app })} onClose={() => asked.answer(true)}>
      {asked.title !== null && <p class="strong">{asked.title}</p>}
      <p class="scanned">{asked.text}</p>
      {isFailed && <p role="alert">{t("xapp.share_failed")}</p>}
      <CopyButton text={asked.text} />
      {"share" in navigator && <Button kind="primary" icon="share" onClick={share}>{t("xapp.share_on")}</Button>}
    </Dialog>
  );
}
