// What waits for an answer, live.

import { useEffect, useState } from "preact/hooks";
import type { Waiting as Request } from "../../../server";
import { hasText, t, tell, tn } from "../../i18n";
import { Link } from "../../router";
import { announce } from "../../state/announce";
import { isOnline } from "../../state/offline";
import { useObserved } from "../../state/observe";
import { inbox, isFollowing, pairedServer } from "../../state/server";
import { AppPicture } from "../../ui/app_picture";
import { Icon } from "../../ui/icon";
import { spanText } from "../../ui/show";

export function Inbox() {
  const waiting = useObserved(inbox);
  const following = useObserved(isFollowing);
  const online = useObserved(isOnline);
  const live = following && online;
  const server = useObserved(pairedServer);
  const count = waiting?.length ?? 0;
  useEffect(() => {
    if (count > 0) announce(tn("inbox.waiting", count));
  }, [count]);
  return (
    <section class="section" aria-labelledby="inbox">
      <h2 id="inbox" class="inbox-head">
        {t("inbox.title")}
        {server !== null && <span class="live small quiet"><span class={live ? "dot on" : "dot"} />{live ? t("inbox.live") : t("inbox.not_live")}</span>}
      </h2>
      {waiting === null && !online ? <p class="quiet">{t("inbox.unknown")}</p> : waiting === null || waiting.length === 0 ? <Nothing /> : <ul class="rows">{waiting.map((one) => <Row key={one.meta.uuid} request={one} />)}</ul>}
    </section>
  );
}

function Nothing() {
  return (
    <div class="empty">
      <Icon name="bell" />
      <strong>{t("inbox.empty")}</strong>
      <span>{t("inbox.empty_hint")}</span>
      <Link to="/scan" class="button primary"><Icon name="scan" />{t("inbox.scan")}</Link>
    </div>
  );
}

function Row({ request }: { request: Request }) {
  const { application, meta, payload, xapp } = request;
  const left = useSecondsLeft(payload.expires_at);
  const kind = `request.title.${payload.tx_type}`;
  const what = xapp !== undefined ? xapp.title : hasText(kind) ? tell(kind, { app: application.name, type: payload.tx_type }) : payload.tx_type;
  const to = xapp !== undefined ? `/xapps/${encodeURIComponent(xapp.identifier)}?event=${meta.uuid}` : `/sign/${meta.uuid}?from=EVENT_LIST`;
  return (
    <li>
      <Link to={to} class="rows-item">
        <AppPicture name={application.name} of={application.uuidv4} icon={application.icon_url} />
        <span class="words">
          <span class="strong clip">{what}</span>
          <small class="clip">{xapp?.subtitle ?? application.name}</small>
        </span>
        <span class="end small num">
          {left > 0 && left < 86_400 ? spanText(left) : ""}
          <Icon name="next" />
        </span>
      </Link>
    </li>
  );
}

/** Whole seconds until a moment; drawn anew every ten seconds. */
function useSecondsLeft(until: string): number {
  const left = () => (Date.parse(until) - Date.now()) / 1000;
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    const timer = setInterval(() => setSeconds(left()), 10_000);
    return () => clearInterval(timer);
  }, [until]);
  return seconds;
}
