// Everything that is signed, field by field, beside what was asked.

import type { Explanation, Prepared } from "../../../requests";
import { t } from "../../i18n";
import { NetworkName } from "../../ui/show";

const MARKS = { "=": "same", "+": "added", "~": "changed", "-": "left" } as const;

export function Details({ prepared, explanation }: { prepared: Prepared; explanation: Explanation }) {
  return (
    <details class="card details">
      <summary>{t("details.title")}</summary>
      <p class="small quiet">{t("details.lead")}</p>
      {!prepared.request.isSignIn && <p class="small">{t("details.network")} <NetworkName network={prepared.network} /></p>}
      <div class="table-wrap" tabIndex={0} role="region" aria-label={t("details.title")}>
        <table class="diff">
          <thead>
            <tr><th scope="col">{t("details.field")}</th><th scope="col">{t("details.value")}</th></tr>
          </thead>
          <tbody>
            {explanation.diff.map((line) => (
              <tr key={line.field} class={MARKS[line.mark]}>
                <th scope="row">
                  <span class="mono">{line.field}</span>
                  {line.mark !== "=" && <span class="badge">{t(`details.${MARKS[line.mark]}`)}</span>}
                </th>
                <td class="mono small">
                  {line.value}
                  {line.asked !== undefined && line.mark === "~" && <span class="block-line quiet"><s>{line.asked}</s></span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {prepared.request.own === null && <p class="small quiet mono">{t("details.request", { uuid: prepared.request.uuid })}</p>}
    </details>
  );
}
