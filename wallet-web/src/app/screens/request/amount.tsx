// An amount that the request leaves to whoever pays.

import { useState } from "preact/hooks";
import type { Network } from "../../../nodes";
import { t } from "../../i18n";
import { Button, Field } from "../../ui/controls";

const DROPS_DIGITS = 6;

export function Amount({ network, onAmount }: { network: Network | null; onAmount: (drops: string) => void }) {
  const [text, setText] = useState("");
  const [isWrong, setWrong] = useState(false);
  const asset = network?.nativeAsset ?? "XRP";
  const submit = () => {
    const drops = dropsOf(text);
    setWrong(drops === null);
    if (drops !== null) onAmount(drops);
  };
  return (
    <form class="stack" onSubmit={(event) => (event.preventDefault(), submit())}>
      <Field label={t("amount.label", { asset })} hint={t("amount.hint")} value={text} onValue={setText} inputMode="decimal" autocomplete="off" wrong={isWrong ? t("amount.wrong", { asset }) : null} />
      <Button kind="primary" type="submit">{t("next")}</Button>
    </form>
  );
}

/** Drops of an amount as somebody types it, with a point or a comma; null where it is none. */
export function dropsOf(text: string): string | null {
  const [, whole, fraction = ""] = /^\s*(\d{1,11})(?:[.,](\d{0,6}))?\s*$/.exec(text) ?? [];
  if (whole === undefined) return null;
  const drops = BigInt(whole + fraction.padEnd(DROPS_DIGITS, "0"));
  return drops === 0n ? null : drops.toString();
}
