// locked.

import { t } from "../i18n";
import { ScreenHead } from "../ui/screen";

export default function Locked() {
  return (
    <div class="screen">
      <ScreenHead title={t("busy")} />
    </div>
  );
}
