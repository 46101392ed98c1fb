// What is asked, by whom, and what signing does; then one press.

import { useEffect, useRef, useState } from "preact/hooks";
import {
  answer,
  type AnswerOptions,
  chooseNetwork,
  explain,
  pay,
  prepare,
  reject,
  RequestRefused,
  worstFirst,
  type OpenRequest,
  type Prepared,
  type Result,
  type Step,
} from "../../../requests";
import type { Network } from "../../../nodes";
import type { Members } from "../../../server";
import { VaultRefused } from "../../../vault";
import { t, tell } from "../../i18n";
import { useAction } from "../../state/action";
import { announce } from "../../state/announce";
import { activeNetwork, networks, nodeOf } from "../../state/networks";
import { isOnline } from "../../state/offline";
import { useObserved } from "../../state/observe";
import { connectServer } from "../../state/server";
import { signMethod, useVault } from "../../state/vault";
import { Button } from "../../ui/controls";
import { Problem } from "../../ui/problem";
import { Waiting } from "../../ui/words";
import { Amount } from "./amount";
import { Asked } from "./asked";
import { Decline } from "./decline";
import { Details } from "./details";
import { useLedgerWarnings } from "./ledger";
import { Signer } from "./signer";
import { useSignatories } from "./signatories";
import { Warnings } from "./warnings";

/** As long as a press takes that was meant for what was there before. */
const UNEXPECTED_MS = 700;

interface Props {
  request: OpenRequest;
  onDone: (result: Result) => void;
  onRefused: (problem: unknown) => void;
  /** Of a payment of one's own: to leave it. A request is declined instead. */
  onLeave?: () => void;
}

export function Review({ request, onDone, onRefused, onLeave }: Props) {
  const vault = useVault();
  const online = useObserved(isOnline);
  const { signatories, signatory, choose, isAsking } = useSignatories(request, vault.accounts);
  const [amount, setAmount] = useState<string | Members | null>(null);
  const [prepared, setPrepared] = useState<Prepared | null>(null);
  const [missing, setMissing] = useState<unknown>(null);
  const [isSure, setSure] = useState(false);
  const [isDeclining, setDeclining] = useState(false);
  const [step, setStep] = useState<Step | null>(null);
  const [tries, setTries] = useState(0);
  const network = useRef<Network | null>(null);
  const isUnexpected = useUnexpected(request.origin === "XAPP");
  const ledger = useLedgerWarnings(prepared, () => setSure(false));

  useEffect(() => {
    if (signatory === null && isAsking) return;
    let isCurrent = true;
    const make = async () => {
      if (signatory === null) throw new RequestRefused("signer_not_here");
      network.current = chooseNetwork(request, networks.value, activeNetwork()?.key);
      const publicKey = vault.accounts.find((one) => one.address === signatory.key)?.publicKey;
      return prepare(request, signatory.account, network.current, {
        key: signatory.key,
        node: network.current.endpoints.length > 0 ? nodeOf(network.current) : null,
        ...(amount === null ? {} : { amount }),
        ...(publicKey === undefined ? {} : { publicKey }),
      });
    };
    setMissing(null);
    make().then(
      (made) => isCurrent && (setPrepared(made), setSure(false)),
      (problem: unknown) => {
        if (!isCurrent) return;
        if (problem instanceof RequestRefused && (problem.reason === "amount_missing" || problem.canRetry)) setMissing(problem);
        else onRefused(problem);
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [signatory, amount, tries, signatory === null && isAsking]);

  const sign = useAction(async () => {
    if (prepared === null) return;
    try {
      const options: AnswerOptions = {
        sign: (address, transaction, how) => vault.sign(address, transaction, how),
        method: signMethod(vault),
        node: prepared.network.endpoints.length > 0 ? nodeOf(prepared.network) : null,
        onStep: (now) => {
          setStep(now);
          if (now !== "done") announce(t(`sign.step.${now}`));
        },
      };
      onDone(request.own === null ? await answer(await connectServer(), prepared, options) : await pay(prepared, options));
    } catch (problem) {
      setStep(null);
      if (problem instanceof VaultRefused || (problem instanceof RequestRefused && problem.canRetry)) throw problem;
      onRefused(problem);
    }
  });

  const decline = useAction(async (reason: string) => {
    onDone(await reject(await connectServer(), request, reason === "" ? {} : { reason }));
  });

  const decliner = (
    <>
      <Button onClick={() => (onLeave === undefined ? setDeclining(true) : onLeave())} busy={decline.isBusy}>{onLeave === undefined ? t("sign.decline") : t("cancel")}</Button>
      {isDeclining && <Decline action={decline} onClose={() => setDeclining(false)} app={request.view.application.name} />}
    </>
  );

  if (step !== null && step !== "done") return <Progress step={step} />;
  if (missing instanceof RequestRefused && missing.reason === "amount_missing") {
    return (
      <div class="screen">
        <Asked request={request} explanation={null} />
        <Amount network={network.current} token={request.own} onAmount={setAmount} />
        {decliner}
      </div>
    );
  }
  if (prepared === null) {
    if (missing === null) return <Waiting text={t("sign.preparing")} />;
    return (
      <div class="screen">
        <Asked request={request} explanation={null} />
        <Problem of={missing} />
        <Button kind="primary" onClick={() => setTries(tries + 1)}>{t("retry")}</Button>
        {decliner}
      </div>
    );
  }
  const explanation = explain(prepared, { chosen: activeNetwork()?.key ?? prepared.network.key });
  const warnings = worstFirst([...explanation.warnings, ...ledger]);
  const needsConsent = warnings.some((one) => one.level === "danger");
  return (
    <div class="screen request">
      <Asked request={request} explanation={explanation} />
      <Warnings warnings={warnings} isSure={isSure} onSure={setSure} />
      <Signer accounts={vault.accounts} signatories={signatories} value={prepared} onValue={choose} />
      <Details prepared={prepared} explanation={explanation} />
      <div class="sign-bar">
        <Problem of={sign.problem ?? decline.problem ?? missing} />
        {!online && <p class="small quiet">{t("sign.offline")}</p>}
        {needsConsent && !isSure && <p class="small quiet">{t("sign.read_first")}</p>}
        <div class="actions pair">
          {decliner}
          <Button kind="primary" busy={sign.isBusy} disabled={(needsConsent && !isSure) || !online || isUnexpected} onClick={sign.run}>
            {request.own !== null ? t("pay.do") : request.isSignIn ? t("sign.sign_in") : tell(request.isSubmitted ? "sign.sign_and_send" : "sign.sign")}
          </Button>
        </div>
      </div>
    </div>
  );
}

/** Whether this has just come up before somebody who was about to press something else: an xApp chooses the moment. */
function useUnexpected(isPossible: boolean): boolean {
  const [isNew, setNew] = useState(isPossible);
  useEffect(() => {
    if (!isPossible) return;
    const timer = setTimeout(() => setNew(false), UNEXPECTED_MS);
    return () => clearTimeout(timer);
  }, []);
  return isNew;
}

function Progress({ step }: { step: Exclude<Step, "done"> }) {
  const steps: Exclude<Step, "done">[] = ["signing", "handing_in", "submitting", "following"];
  const at = steps.indexOf(step);
  return (
    <div class="screen calm center progress">
      <span class="spin large" aria-hidden="true" />
      <h1 id="heading" tabIndex={-1}>{t(`sign.step.${step}`)}</h1>
      {at >= 2 && <p class="quiet">{t("sign.may_leave")}</p>}
    </div>
  );
}
