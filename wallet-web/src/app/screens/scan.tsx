// Scanning: a code leads to a request, an xApp, an address, or to an explanation why it leads nowhere.

import { useState } from "preact/hooks";
import { type Code, type PaymentCode, readCode } from "../../requests";
import { Contacts } from "../../xapps";
import { t } from "../i18n";
import { Link, navigate } from "../router";
import { useObserved } from "../state/observe";
import { pairedServer } from "../state/server";
import { Button, Field } from "../ui/controls";
import { ScreenHead } from "../ui/screen";
import { Notice } from "../ui/words";
import { Scanner } from "./scan_view";

export default function Scan() {
  const server = useObserved(pairedServer);
  const [read, setRead] = useState<{ text: string; code: Code } | null>(null);
  const [round, setRound] = useState(0);
  const take = (text: string): void => {
    const code = readCode(text, server?.origins ?? [location.origin]);
    const place = placeOf(code, text);
    if (place === null) setRead({ text, code });
    else navigate(place, "replace");
  };
  return (
    <div class="screen">
      <ScreenHead title={t("scan.title")} />
      {read === null ? (
        <>
          <p class="quiet">{t("scan.intro")}</p>
          <Scanner key={round} onText={take} />
        </>
      ) : (
        <>
          <Dead code={read.code} text={read.text} />
          <Button
            kind="primary"
            icon="scan"
            onClick={() => {
              setRead(null);
              setRound(round + 1);
            }}
          >
            {t("scan.again")}
          </Button>
        </>
      )}
    </div>
  );
}

/** Where a code leads, null where it leads nowhere. */
function placeOf(code: Code, text: string): string | null {
  if (code.kind === "request") return `/sign/${code.uuid}?from=QR`;
  if (code.kind === "xapp") return `/xapps/${encodeURIComponent(code.identifier)}?${new URLSearchParams({ from: "QR", content: text })}`;
  if (code.kind === "pairing") return `/welcome#${new URLSearchParams({ invitation: code.invitation })}`;
  return null;
}

function Dead({ code, text }: { code: Code; text: string }) {
  if (code.kind === "payment") return <Payee payment={code.payment} text={text} />;
  if (code.kind === "refused") {
    return (
      <Notice tone="warn" alert>
        <strong>{t("scan.refused")}</strong>
        <span>{code.reason === "foreign_server" ? t("scan.refused.foreign_server", { host: code.host ?? "?" }) : t(`scan.refused.${code.reason}`)}</span>
      </Notice>
    );
  }
  return (
    <Notice tone="warn" alert>
      <strong>{t("scan.unknown")}</strong>
      <span>{t("scan.unknown_hint")}</span>
      <code class="mono scanned">{text.slice(0, 300)}</code>
    </Notice>
  );
}

/** Whom a code names: to be paid, or to be kept. */
function Payee({ payment, text }: { payment: PaymentCode; text: string }) {
  const [name, setName] = useState("");
  const [kept, setKept] = useState<"yes" | "no" | null>(null);
  const tag = payment.tag === null ? {} : { tag: payment.tag };
  return (
    <section class="section">
      <h2>{t("scan.payee")}</h2>
      <dl class="facts">
        <div><dt>{t("scan.payee.to")}</dt><dd class="mono">{payment.to}</dd></div>
        {payment.tag !== null && <div><dt>{t("scan.payee.tag")}</dt><dd>{payment.tag}</dd></div>}
        {payment.amount !== null && <div><dt>{t("scan.payee.amount")}</dt><dd>{payment.amount} {payment.currency ?? ""}</dd></div>}
        {payment.network !== null && <div><dt>{t("scan.payee.network")}</dt><dd>{payment.network}</dd></div>}
      </dl>
      <Link to={`/pay?${new URLSearchParams({ code: text })}`} class="button primary block">{t("scan.payee.pay")}</Link>
      <p class="quiet">{t("scan.payee.hint")}</p>
      {kept === "yes" ? (
        <Notice tone="good" alert>{t("contacts.kept")}</Notice>
      ) : (
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            setKept(new Contacts().keep({ name, address: payment.to, ...tag }) ? "yes" : "no");
          }}
        >
          <Field label={t("contacts.name")} value={name} onValue={setName} maxLength={40} wrong={kept === "no" ? t("contacts.full") : null} />
          <Button type="submit" icon="people">{t("contacts.keep")}</Button>
        </form>
      )}
    </section>
  );
}
