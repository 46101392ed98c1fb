// A request from its opening to its end: checked, explained, signed or declined once, and the way back.

import { useEffect, useState } from "preact/hooks";
import { openRequest, resume, type OpenRequest, type Result } from "../../../requests";
import type { Origin } from "../../../server";
import { t } from "../../i18n";
import { navigate } from "../../router";
import type { ScreenProps } from "../../routes";
import { knownNetworks, nodeOf } from "../../state/networks";
import { proveAccounts } from "../../state/proofs";
import { connectServer } from "../../state/server";
import { Waiting } from "../../ui/words";
import { settled } from "./ends";
import { Refused } from "./refused";
import { Review } from "./review";
import { Outcome } from "./outcome";

const ORIGINS: readonly Origin[] = ["QR", "DEEP_LINK", "PUSH_NOTIFICATION", "EVENT_LIST", "XAPP", "UNKNOWN"];

type Stage =
  | { at: "opening" }
  | { at: "refused"; problem: unknown }
  | { at: "review"; request: OpenRequest }
  /** `request` is null where the answer was given before the page was opened anew. */
  | { at: "done"; request: OpenRequest | null; result: Result };

export default function RequestScreen({ params, query }: ScreenProps) {
  const uuid = (params["uuid"] ?? "").toLowerCase();
  const from = query.get("from");
  const origin = ORIGINS.find((one) => one === from) ?? "UNKNOWN";
  const [stage, setStage] = useState<Stage>({ at: "opening" });
  const [tries, setTries] = useState(0);

  useEffect(() => {
    let isCurrent = true;
    setStage({ at: "opening" });
    open(uuid, origin).then(
      (found) => {
        if (!isCurrent) return;
        if ("wayBack" in found) return setStage({ at: "done", request: null, result: found });
        const request = found;
        if (request.xapp !== null) navigate(`/xapps/${encodeURIComponent(request.xapp)}?event=${uuid}`, "replace");
        else setStage({ at: "review", request });
      },
      (problem: unknown) => isCurrent && setStage({ at: "refused", problem }),
    );
    return () => {
      isCurrent = false;
    };
  }, [uuid, tries]);

  const finish = (request: OpenRequest, result: Result) => {
    settled(request, result);
    setStage({ at: "done", request, result });
  };

  switch (stage.at) {
    case "opening":
      return <Waiting text={t("sign.opening")} />;
    case "refused":
      return <Refused problem={stage.problem} onRetry={() => setTries(tries + 1)} />;
    case "review":
      return (
        <Review
          request={stage.request}
          onDone={(result) => finish(stage.request, result)}
          onRefused={(problem) => setStage({ at: "refused", problem })}
        />
      );
    case "done":
      return <Outcome request={stage.request} result={stage.result} />;
  }
}

async function open(uuid: string, origin: Origin): Promise<OpenRequest | Result> {
  const server = await connectServer();
  const known = await knownNetworks();
  // What was signed here and did not arrive, because the network went or the page was closed, arrives now.
  const ended = await resume(server, uuid, (key) => {
    const network = known.find((one) => one.key === key);
    return network === undefined ? null : nodeOf(network);
  });
  if (ended !== null) return ended;
  const request = await openRequest(server, uuid, origin);
  // An account that the server does not know yet would be refused at the end.
  await proveAccounts(server).catch(() => undefined);
  return request;
}
