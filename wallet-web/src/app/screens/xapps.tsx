// The xApps there are for this wallet.

import { useState } from "preact/hooks";
import type { XappInfo } from "../../server";
import { t } from "../i18n";
import { Link } from "../router";
import { useLoaded } from "../state/loading";
import { activeNetwork, chosenNetwork } from "../state/networks";
import { useObserved } from "../state/observe";
import { connectServer } from "../state/server";
import { AppPicture } from "../ui/app_picture";
import { Field } from "../ui/controls";
import { Icon } from "../ui/icon";
import { ScreenHead } from "../ui/screen";
import { Waiting } from "../ui/words";
import { Trouble } from "./apps";

/** With fewer nobody searches. */
const SEARCH_FROM = 8;
/** More than anybody looks through; the others are reached by their links and codes. */
const MOST = 1000;

async function allXapps(): Promise<XappInfo[]> {
  const server = await connectServer();
  const found: XappInfo[] = [];
  let after: string | undefined;
  do {
    const page: { xapps: XappInfo[]; next: string | null } = await server.xapps(after);
    found.push(...page.xapps);
    after = page.next ?? undefined;
  } while (after !== undefined && found.length < MOST);
  return found.sort((one, other) => one.name.localeCompare(other.name));
}

export default function Xapps() {
  const { value: xapps, problem, again } = useLoaded(allXapps, []);
  const [wanted, setWanted] = useState("");
  const sought = wanted.trim().toLowerCase();
  const shown = xapps?.filter((one) => `${one.name} ${one.identifier} ${one.description}`.toLowerCase().includes(sought)) ?? [];
  return (
    <div class="screen">
      <ScreenHead title={t("xapps.title")} />
      <p class="quiet">{t("xapps.intro")}</p>
      {problem !== null && <Trouble problem={problem} again={again} />}
      {xapps === null && problem === null && <Waiting />}
      {xapps?.length === 0 && (
        <div class="empty">
          <Icon name="grid" />
          <strong>{t("xapps.none")}</strong>
          <span>{t("xapps.none_hint")}</span>
        </div>
      )}
      {xapps !== null && xapps.length >= SEARCH_FROM && (
        <Field label={t("xapps.search")} value={wanted} onValue={setWanted} autocomplete="off" spellcheck={false} />
      )}
      {xapps !== null && xapps.length > 0 && shown.length === 0 && <p role="status">{t("xapps.not_found")}</p>}
      {shown.length > 0 && (
        <ul class="rows">
          {shown.map((one) => (
            <li key={one.identifier}>
              <Row xapp={one} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Row({ xapp }: { xapp: XappInfo }) {
  useObserved(chosenNetwork);
  const network = activeNetwork();
  const isElsewhere = xapp.networks.length > 0 && network !== null && !xapp.networks.includes(network.key);
  return (
    <Link to={`/xapps/${encodeURIComponent(xapp.identifier)}`} class="rows-item">
      <AppPicture name={xapp.name} icon={xapp.icon} of={xapp.appid} />
      <span class="words">
        <span class="strong clip">{xapp.name}</span>
        <small class="two-lines">{xapp.description || xapp.identifier}</small>
      </span>
      <span class="end">
        {isElsewhere && <span class="badge">{xapp.networks.join(", ")}</span>}
        <Icon name="next" />
      </span>
    </Link>
  );
}
