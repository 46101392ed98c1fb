// A payment of one's own, out of a code or a link: reviewed, signed and sent like what an app asks for.

import { useState } from "preact/hooks";
import { type OpenRequest, ownPayment, readCode, RequestRefused, type Result } from "../../requests";
import { t } from "../i18n";
import { navigate } from "../router";
import type { ScreenProps } from "../routes";
import { useLoaded } from "../state/loading";
import { knownNetworks } from "../state/networks";
import { Waiting } from "../ui/words";
import { settled } from "./request/ends";
import { Outcome } from "./request/outcome";
import { Refused } from "./request/refused";
import { Review } from "./request/review";

export default function Pay({ query }: ScreenProps) {
  const code = query.get("code") ?? "";
  const loaded = useLoaded(() => read(code), [code]);
  const [refused, setRefused] = useState<unknown>(null);
  const [result, setResult] = useState<Result | null>(null);
  const request = loaded.value;
  const problem = refused ?? loaded.problem;
  const again = () => {
    setRefused(null);
    void loaded.again();
  };
  if (problem !== null) return <Refused problem={problem} onRetry={again} />;
  if (request === null) return <Waiting text={t("sign.preparing")} />;
  if (result !== null) return <Outcome request={request} result={result} />;
  const done = (found: Result) => {
    settled(request, found);
    setResult(found);
  };
  return <Review request={request} onDone={done} onRefused={setRefused} onLeave={() => navigate("/")} />;
}

async function read(text: string): Promise<OpenRequest> {
  const code = readCode(text, []);
  if (code.kind !== "payment") throw new RequestRefused("not_a_payment");
  await knownNetworks();
  return ownPayment(code.payment);
}
