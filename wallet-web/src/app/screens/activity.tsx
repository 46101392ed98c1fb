// What was signed and declined in this browser.

import { useState } from "preact/hooks";
import { hasText, t, tell } from "../i18n";
import { type Deed, deeds, forgetDeeds } from "../state/activity";
import { useLoaded } from "../state/loading";
import { knownNetworks } from "../state/networks";
import { useObserved } from "../state/observe";
import { AppPicture } from "../ui/app_picture";
import { Button } from "../ui/controls";
import { dayOf, momentOf, timeOf } from "../ui/dates";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icon";
import { ScreenHead } from "../ui/screen";
import { CopyButton, OutLink } from "../ui/show";

export default function Activity() {
  const all = useObserved(deeds);
  const [shown, setShown] = useState<Deed | null>(null);
  const [isSure, setSure] = useState(false);
  const days = new Map<string, Deed[]>();
  for (const deed of all) days.set(dayOf(deed.at), [...(days.get(dayOf(deed.at)) ?? []), deed]);
  return (
    <div class="screen">
      <ScreenHead title={t("activity.title")} />
      {all.length === 0 ? (
        <div class="empty">
          <Icon name="clock" />
          <strong>{t("activity.none")}</strong>
          <span>{t("activity.none_hint")}</span>
        </div>
      ) : (
        <p class="quiet">{t("activity.intro")}</p>
      )}
      {[...days].map(([day, ofDay]) => (
        <section class="section" key={day}>
          <h2>{day}</h2>
          <ul class="rows">
            {ofDay.map((deed) => (
              <li key={deed.uuid}>
                <button type="button" class="rows-item" onClick={() => setShown(deed)}>
                  <AppPicture name={deed.app.name} icon={deed.app.icon} of={deed.app.uuid} />
                  <span class="words">
                    <span class="strong clip">{deed.app.name}</span>
                    <small>{typeOf(deed)} · {timeOf(deed.at)}</small>
                  </span>
                  <span class="end">
                    <span class={deed.outcome === "signed" ? "badge good" : "badge"}>{t(`activity.${deed.outcome}`)}</span>
                    <Icon name="next" />
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {all.length > 0 && <Button icon="trash" onClick={() => setSure(true)}>{t("activity.forget")}</Button>}
      {shown !== null && <DeedDialog deed={shown} onClose={() => setShown(null)} />}
      {isSure && (
        <Dialog title={t("activity.forget")} onClose={() => setSure(false)}>
          <p>{t("activity.forget_hint")}</p>
          <div class="actions pair">
            <Button onClick={() => setSure(false)}>{t("cancel")}</Button>
            <Button
              kind="danger"
              icon="trash"
              onClick={() => {
                forgetDeeds();
                setSure(false);
              }}
            >
              {t("activity.forget_sure")}
            </Button>
          </div>
        </Dialog>
      )}
    </div>
  );
}

function DeedDialog({ deed, onClose }: { deed: Deed; onClose: () => void }) {
  // What is no transaction has a hash, too, and nobody can look it up.
  const hash = deed.network === null ? null : deed.txid;
  return (
    <Dialog title={deed.app.name} onClose={onClose}>
      <dl class="facts">
        <div><dt>{t("activity.what")}</dt><dd>{typeOf(deed)}</dd></div>
        <div><dt>{t("activity.outcome")}</dt><dd>{t(`activity.${deed.outcome}`)}</dd></div>
        <div><dt>{t("activity.when")}</dt><dd>{momentOf(deed.at)}</dd></div>
        {deed.account !== null && <div><dt>{t("activity.account")}</dt><dd class="mono">{deed.account}</dd></div>}
        {deed.network !== null && <div><dt>{t("activity.network")}</dt><dd>{deed.network}</dd></div>}
        {hash !== null && <div><dt>{t("activity.hash")}</dt><dd class="mono">{hash}</dd></div>}
        <div><dt>{t("activity.request")}</dt><dd class="mono">{deed.uuid}</dd></div>
      </dl>
      {hash !== null && <CopyButton text={hash} label={t("activity.copy_hash")} />}
      {hash !== null && deed.network !== null && <Explorers network={deed.network} txid={hash} />}
    </Dialog>
  );
}

/** Pages on which a transaction can be looked at; none where the network has none. */
export function Explorers({ network, txid }: { network: string; txid: string }) {
  const { value } = useLoaded(knownNetworks, []);
  const explorers = value?.find((one) => one.key === network)?.explorers ?? [];
  return (
    <ul class="links">
      {explorers.map(({ name, url_tx }) => (
        <li key={name}>
          <OutLink href={`${url_tx}${encodeURIComponent(txid)}`}>{t("activity.explorer", { name })}</OutLink>
        </li>
      ))}
    </ul>
  );
}

function typeOf(deed: Deed): string {
  const key = `activity.type.${deed.type}`;
  return hasText(key) ? tell(key) : deed.type;
}
