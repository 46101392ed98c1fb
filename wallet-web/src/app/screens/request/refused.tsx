// A request that is not signed here, and why.

import { RequestRefused } from "../../../requests";
import { Offline } from "../../../server";
import { t, tell } from "../../i18n";
import { Link } from "../../router";
import { Button } from "../../ui/controls";
import type { IconName } from "../../ui/icon";
import { Problem } from "../../ui/problem";
import { ScreenHead } from "../../ui/screen";
import { Mark } from "../../ui/words";

const CALM: Record<string, IconName> = { expired: "hourglass", answered: "tick", signed: "tick", cancelled: "cross", offline: "offline" };

export function Refused({ problem, onRetry }: { problem: unknown; onRetry: () => void }) {
  const reason = problem instanceof RequestRefused ? problem.reason : problem instanceof Offline ? "offline" : null;
  const calm = reason === null ? undefined : CALM[reason];
  const canRetry = problem instanceof RequestRefused ? problem.canRetry : true;
  return (
    <div class="screen calm">
      <div class="section center">
        <Mark tone={calm === undefined ? "warn" : "calm"} icon={calm ?? "warn"} />
        <ScreenHead title={tell(`refused.title.${reason ?? "server"}`, {}, "sign.refused")} />
        {problem instanceof RequestRefused && <p>{tell(problem.key, problem.values)}</p>}
        {problem instanceof Offline && <p>{t("error.offline")}</p>}
      </div>
      {!(problem instanceof RequestRefused) && !(problem instanceof Offline) && <Problem of={problem} />}
      <div class="actions">
        {canRetry && <Button kind="primary" onClick={onRetry}>{t("retry")}</Button>}
        <Link to="/" class="button block">{t("missing.home")}</Link>
      </div>
    </div>
  );
}
