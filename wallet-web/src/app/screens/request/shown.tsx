// A value of a request, in the form it is read in. Texts are somebody else's words, and shown as text only.

import type { Shown } from "../../../requests";
import { t, tell } from "../../i18n";
import { openVault } from "../../state/vault";
import { decimalText, shortAddress, timeText } from "../../ui/show";

export function ShownValue({ shown }: { shown: Shown }) {
  switch (shown.kind) {
    case "text":
      return <span class="said">{shown.text}</span>;
    case "message":
      return <>{tell(shown.message.key, shown.message.values)}</>;
    case "number":
      return <>{decimalText(String(shown.value))}</>;
    case "time":
      return <>{timeText(shown.at)}</>;
    case "hash":
      return <span class="mono small">{shown.hash}</span>;
    case "amount":
      return (
        <>
          <strong class="num">{decimalText(shown.value)}</strong> {shown.asset}
          {shown.issuer !== undefined && <span class="quiet small block-line">{t("sign.issued_by", { issuer: shortAddress(shown.issuer) })}</span>}
        </>
      );
    case "address": {
      const own = openVault.value?.accounts.find((one) => one.address === shown.address);
      return (
        <>
          {own !== undefined && <span class="block-line">{own.label || t("account.unnamed")} <span class="badge">{t("account.own")}</span></span>}
          <span class="mono small">{shown.address}</span>
          {shown.tag !== undefined && <span class="block-line">{t("sign.tag", { tag: shown.tag })}</span>}
        </>
      );
    }
    case "list":
      return <ul class="plain-list">{shown.items.map((item, index) => <li key={index}><ShownValue shown={item} /></li>)}</ul>;
  }
}
