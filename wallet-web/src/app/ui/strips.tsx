// What concerns the whole app: no network, a new version, a device that was removed.

import { t } from "../i18n";
import { isOnline, newVersion } from "../state/offline";
import { useObserved } from "../state/observe";
import { isRevoked } from "../state/server";
import { Icon } from "./icon";

/** Quiet lines at the top; each only while it is true. */
export function Strips() {
  const online = useObserved(isOnline);
  const takeOver = useObserved(newVersion);
  const revoked = useObserved(isRevoked);
  return (
    <>
      {!online && (
        <p class="strip warn" role="status">
          <Icon name="offline" />
          <span>{t("offline")}</span>
        </p>
      )}
      {revoked && (
        <p class="strip warn" role="status">{t("revoked")}</p>
      )}
      {takeOver !== null && (
        <p class="strip info" role="status">
          {t("version.new")}
          <button type="button" class="text-button" onClick={takeOver}>{t("version.load")}</button>
        </p>
      )}
    </>
  );
}
