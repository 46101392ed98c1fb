// An amount that the request leaves to whoever pays.

import { useState } from "preact/hooks";
import type { Network } from "../../../nodes";
import { amountOf, currencyName, type PaymentCode } from "../../../requests";
import type { Members } from "../../../server";
import { t } from "../../i18n";
import { Button, Field } from "../../ui/controls";

interface Props {
  network: Network | null;
  /** Which token, where it is one: of a request it is always the network's own asset. */
  token?: Pick<PaymentCode, "currency" | "issuer"> | null;
  /** As the ledger has it. */
  onAmount: (amount: string | Members) => void;
}

export function Amount({ network, token, onAmount }: Props) {
  const [text, setText] = useState("");
  const [isWrong, setWrong] = useState(false);
  const { currency = null, issuer = null } = token ?? {};
  const asset = currency === null ? (network?.nativeAsset ?? "XRP") : currencyName(currency);
  const submit = () => {
    const amount = amountOf(text.trim().replace(",", "."), { currency, issuer });
    setWrong(amount === null);
    if (amount !== null) onAmount(amount);
  };
  return (
    <form class="stack" onSubmit={(event) => (event.preventDefault(), submit())}>
      <Field label={t("amount.label", { asset })} hint={t("amount.hint")} value={text} onValue={setText} inputMode="decimal" autocomplete="off" wrong={isWrong ? t("amount.wrong", { asset }) : null} />
      <Button kind="primary" type="submit">{t("next")}</Button>
    </form>
  );
}
