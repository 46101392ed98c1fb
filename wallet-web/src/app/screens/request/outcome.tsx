// How it ended, and the way back.

import { useEffect, useRef } from "preact/hooks";
import type { OpenRequest, Result } from "../../../requests";
import { t, tell } from "../../i18n";
import { Link } from "../../router";
import { announce } from "../../state/announce";
import { networks } from "../../state/networks";
import { ScreenHead } from "../../ui/screen";
import { OutLink } from "../../ui/show";
import { Mark, Notice } from "../../ui/words";

interface Props {
  /** Null where it was answered before the page was opened anew. */
  request: OpenRequest | null;
  result: Result;
}

export function Outcome({ request, result }: Props) {
  const app = request?.view.application.name ?? t("outcome.the_app");
  const { tone, icon, title, text } = told(request, result, app);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    announce(title);
    place.current?.querySelector<HTMLElement>("h1")?.focus();
  }, []);
  const network = networks.value.find((one) => one.key === result.network);
  const explorer = network?.explorers[0];
  return (
    <div class="screen calm outcome" ref={place}>
      <div class="section center">
        <Mark tone={tone} icon={icon} />
        <ScreenHead title={title} />
        <p class="quiet">{text}</p>
        {result.txid !== null && result.ending !== null && explorer !== undefined && (
          <OutLink href={explorer.url_tx + result.txid}>{t("outcome.explorer", { name: explorer.name })}</OutLink>
        )}
      </div>
      {result.wayBack.kind === "other_window" && <Notice icon="device">{t("outcome.other_window")}</Notice>}
      <div class="actions">
        {result.wayBack.kind === "link" && (
          <a class="button primary block" href={result.wayBack.href} rel="noreferrer">{(request?.isSignIn ?? false) && result.signed ? t("outcome.next") : t("outcome.back", { app })}</a>
        )}
        <Link to="/" class={`button block ${result.wayBack.kind === "link" ? "" : "primary"}`}>{t("outcome.done")}</Link>
      </div>
      {result.reference !== null && <p class="small quiet center-text mono">{t("error.reference", { reference: result.reference })}</p>}
    </div>
  );
}

type Told = { tone: "good" | "bad" | "warn" | "calm"; icon: "tick" | "cross" | "warn" | "hourglass"; title: string; text: string };

function told(request: OpenRequest | null, result: Result, app: string): Told {
  if (!result.signed) return { tone: "calm", icon: "cross", title: t("outcome.declined"), text: t("outcome.declined_text", { app }) };
  if (request?.isSignIn === true) return { tone: "good", icon: "tick", title: t("outcome.signed_in"), text: t("outcome.signed_in_text", { app }) };
  const { ending, dispatched } = result;
  const isOwn = request !== null && request.own !== null;
  if (result.collected !== null) {
    const { weight, quorum } = result.collected;
    return { tone: "good", icon: "tick", title: t("outcome.part", { weight, quorum }), text: t("outcome.collected", { weight, quorum }) };
  }
  if (dispatched === null && request === null) {
    return { tone: "good", icon: "tick", title: t("refused.title.signed"), text: t("outcome.was_signed") };
  }
  if (dispatched === null) return { tone: "good", icon: "tick", title: t("outcome.signed"), text: t("outcome.signed_text", { app }) };
  if (ending?.validated === true && ending.result === "tesSUCCESS") {
    return { tone: "good", icon: "tick", title: t("outcome.validated"), text: t("outcome.validated_text") };
  }
  if (ending?.validated === true) {
    return { tone: "bad", icon: "cross", title: t("outcome.failed"), text: tell("outcome.failed_text", { result: ending.result ?? "" }) };
  }
  if (ending?.validated === false) return { tone: "bad", icon: "cross", title: t("outcome.dropped"), text: t("outcome.dropped_text") };
  if (/^(tem|tef|tel)/.test(dispatched.result)) {
    return { tone: "bad", icon: "warn", title: t("outcome.not_sent"), text: t(isOwn ? "pay.not_sent" : "outcome.not_sent_text", { result: dispatched.result }) };
  }
  return { tone: "warn", icon: "hourglass", title: t("outcome.unknown"), text: isOwn ? t("pay.unknown") : t("outcome.unknown_text", { app }) };
}
