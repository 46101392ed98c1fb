// What was signed or declined here and has not arrived, or was not sent: it is brought to its end, never signed again.

import { hasText, t, tell } from "../../i18n";
import { navigate } from "../../router";
import { useLoaded } from "../../state/loading";
import { isOnline } from "../../state/offline";
import { useObserved } from "../../state/observe";
import { pairedServer } from "../../state/server";
import { Button } from "../../ui/controls";
import { Notice } from "../../ui/words";

export function UnfinishedNotices() {
  const server = useObserved(pairedServer);
  const online = useObserved(isOnline);
  const loaded = useLoaded(async () => (server === null ? [] : (await import("../../../requests")).unfinished(server)), [server, online]);
  return (
    <>
      {(loaded.value ?? []).map(({ uuid, app, type }) => {
        const title = `request.title.${type}`;
        return (
          <Notice key={uuid} tone="warn" icon="hourglass">
            <p>{t("home.unfinished", { what: hasText(title) ? tell(title, { app, type }) : type, app })}</p>
            <Button disabled={!online} onClick={() => navigate(`/sign/${uuid}`)}>{t("home.hand_in")}</Button>
          </Notice>
        );
      })}
    </>
  );
}
