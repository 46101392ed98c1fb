// A sign request of an xApp, in front of its page. To close it is to decline.

import { useEffect, useState } from "preact/hooks";
import { type OpenRequest, reject, type Result } from "../../requests";
import type { AskedOf } from "../../xapps";
import { t } from "../i18n";
import { announce } from "../state/announce";
import { connectServer } from "../state/server";
import { Button } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { Problem } from "../ui/problem";
import { Waiting } from "../ui/words";
import { openHere, settled } from "./request/ends";
import { Review } from "./request/review";

type Stage = { at: "opening" } | { at: "review"; request: OpenRequest } | { at: "refused"; problem: unknown };

export function SignDialog({ asked, app }: { asked: AskedOf<"sign">; app: string }) {
  const [stage, setStage] = useState<Stage>({ at: "opening" });
  useEffect(() => {
    let isCurrent = true;
    openHere(asked.uuid, "XAPP").then(
      (request) => isCurrent && setStage({ at: "review", request }),
      (problem: unknown) => isCurrent && setStage({ at: "refused", problem }),
    );
    return () => {
      isCurrent = false;
    };
  }, []);
  const finish = (request: OpenRequest, result: Result): void => {
    settled(request, result);
    announce(t(result.signed ? "activity.signed" : "activity.declined"));
    asked.answer(result.signed ? "SIGNED" : "DECLINED");
  };
  const close = (): void => {
    if (stage.at !== "review") return asked.answer("DECLINED");
    void declined(stage.request).then(
      (result) => finish(stage.request, result),
      () => asked.answer("DECLINED"),
    );
  };
  return (
    <Dialog title={app} onClose={close} large>
      {stage.at === "opening" && <Waiting text={t("sign.opening")} />}
      {stage.at === "refused" && (
        <>
          <Problem of={stage.problem} />
          <Button kind="primary" onClick={close}>{t("xapp.back", { app })}</Button>
        </>
      )}
      {stage.at === "review" && (
        <Review
          request={stage.request}
          onDone={(result) => finish(stage.request, result)}
          onRefused={(problem) => setStage({ at: "refused", problem })}
        />
      )}
    </Dialog>
  );
}

/** What came of closing it: a signature that was on its way counts, and nothing is declined then. */
async function declined(request: OpenRequest): Promise<Result> {
  return reject(await connectServer(), request);
}
