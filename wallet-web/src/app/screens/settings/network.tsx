// The network whose balances are shown, and on which is signed what names none.

import { t } from "../../i18n";
import { useLoaded } from "../../state/loading";
import { activeNetwork, chooseNetworkKey, chosenNetwork, networks, readNetworks } from "../../state/networks";
import { useObserved } from "../../state/observe";
import { Choices } from "../../ui/controls";
import { Problem } from "../../ui/problem";

export function ChooseNetwork() {
  const known = useObserved(networks);
  useObserved(chosenNetwork);
  const { problem } = useLoaded(readNetworks, []);
  return (
    <section class="section" id="network" aria-labelledby="network-title">
      <h2 id="network-title">{t("settings.network")}</h2>
      <p class="quiet small">{t("settings.network_lead")}</p>
      {known.length === 0 && <Problem of={problem} />}
      <Choices
        legend={t("settings.network")}
        quietLegend
        value={activeNetwork(known)?.key ?? null}
        onValue={chooseNetworkKey}
        choices={known.map((one) => ({
          value: one.key,
          label: one.name,
          hint: one.isLive ? t("settings.network_live") : t("settings.network_test"),
        }))}
      />
    </section>
  );
}
