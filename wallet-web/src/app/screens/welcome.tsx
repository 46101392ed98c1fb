// welcome.

import { t } from "../i18n";
import { ScreenHead } from "../ui/screen";

export default function Welcome() {
  return (
    <div class="screen">
      <ScreenHead title={t("busy")} />
    </div>
  );
}
