// An address that stands for nothing.

import { t } from "../i18n";
import { Link } from "../router";
import { ScreenHead } from "../ui/screen";

export default function Missing() {
  return (
    <div class="screen">
      <ScreenHead title={t("missing.title")} />
      <p>{t("missing.text")}</p>
      <p><Link to="/" class="button">{t("missing.home")}</Link></p>
    </div>
  );
}
