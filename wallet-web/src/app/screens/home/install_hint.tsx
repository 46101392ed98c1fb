// The app on the home screen: starts like any other, and on iPhones gets pushes only there.

import { useState } from "preact/hooks";
import { brand } from "../../brand";
import { t } from "../../i18n";
import { dismissInstall, installOffer, isByShareMenu, isInstallDismissed } from "../../state/install";
import { useObserved } from "../../state/observe";
import { Button, IconButton } from "../../ui/controls";
import { Icon } from "../../ui/icon";

export function InstallHint() {
  const offer = useObserved(installOffer);
  const [isGone, setGone] = useState(isInstallDismissed);
  if (isGone || (offer === null && !isByShareMenu)) return null;
  return (
    <section class="card install" aria-label={t("install.title", { name: brand.name })}>
      <Icon name="download" />
      <div class="words">
        <p class="strong">{t("install.title", { name: brand.name })}</p>
        <p class="small quiet">{offer !== null ? t("install.text") : t("install.share_menu")}</p>
      </div>
      <IconButton icon="cross" label={t("close")} onClick={() => (dismissInstall(), setGone(true))} />
      {offer !== null && <Button onClick={offer}>{t("install.do")}</Button>}
    </section>
  );
}
