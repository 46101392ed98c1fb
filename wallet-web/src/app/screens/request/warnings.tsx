// What to look at twice; what is dangerous is agreed to before the button works.

import type { Warning } from "../../../requests";
import { t, tell } from "../../i18n";
import { Check } from "../../ui/controls";
import { Notice } from "../../ui/words";

const TONES = { info: "plain", caution: "warn", danger: "bad" } as const;

interface Props {
  warnings: readonly Warning[];
  isSure: boolean;
  onSure: (sure: boolean) => void;
}

export function Warnings({ warnings, isSure, onSure }: Props) {
  return (
    // Also without warnings: a reader of the screen is told of what comes into it later, not of what comes with it.
    <div class="section warnings" role="group" aria-label={t("sign.warnings")} aria-live="polite" aria-relevant="additions">
      {warnings.map((one) => <Notice key={one.code} tone={TONES[one.level]}>{tell(one.message.key, one.message.values)}</Notice>)}
      {warnings.some((one) => one.level === "danger") && <Check checked={isSure} onValue={onSure}>{t("sign.sure")}</Check>}
    </div>
  );
}
