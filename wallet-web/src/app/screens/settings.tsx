// settings.

import { t } from "../i18n";
import { ScreenHead } from "../ui/screen";

export default function Settings() {
  return (
    <div class="screen">
      <ScreenHead title={t("busy")} />
    </div>
  );
}
