// Settings: each part is a section of its own.

import { useEffect } from "preact/hooks";
import { t } from "../../i18n";
import { Link } from "../../router";
import { Icon, type IconName } from "../../ui/icon";
import { ScreenHead } from "../../ui/screen";
import { About } from "./about";
import { ChooseLanguage } from "./language";
import { ChooseNetwork } from "./network";
import { Locks } from "./locks";

export default function Settings() {
  useEffect(() => {
    if (location.hash !== "") document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }, []);
  return (
    <div class="screen settings">
      <ScreenHead title={t("settings.title")} />
      <ul class="rows">
        <Way to="/accounts" icon="key" label={t("way.accounts")} />
        <Way to="/apps" icon="apps" label={t("way.apps")} />
        <Way to="/devices" icon="device" label={t("way.devices")} />
        <Way to="/notifications" icon="bell" label={t("way.notifications")} />
      </ul>
      <ChooseNetwork />
      <Locks />
      <ChooseLanguage />
      <About />
    </div>
  );
}

function Way({ to, icon, label }: { to: string; icon: IconName; label: string }) {
  return (
    <li>
      <Link to={to} class="rows-item">
        <Icon name={icon} />
        <span class="words strong">{label}</span>
        <span class="end"><Icon name="next" /></span>
      </Link>
    </li>
  );
}
