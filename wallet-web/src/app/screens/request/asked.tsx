// Who asks for what: the app, where its page is, what it says, and the number to compare.

import type { Explanation, OpenRequest } from "../../../requests";
import { t, tell } from "../../i18n";
import { AppPicture } from "../../ui/app_picture";
import { ScreenHead } from "../../ui/screen";
import { ShownValue } from "./shown";

export function Asked({ request, explanation }: { request: OpenRequest; explanation: Explanation | null }) {
  const { application, presentation } = request.view;
  const number = explanation?.matchingNumber ?? presentation?.matching_number ?? null;
  const origin = request.challenge?.origin ?? presentation?.origin ?? null;
  const title = explanation === null ? (request.own === null ? t("sign.title", { app: application.name }) : t("pay.title")) : tell(explanation.title.key, { app: application.name, ...explanation.title.values });
  return (
    <>
      {request.own !== null ? (
        <>
          <ScreenHead title={title} />
          <p class="quiet small">{t("pay.own")}</p>
        </>
      ) : (
        <div class="asker">
          <AppPicture name={application.name} of={application.uuidv4} icon={application.icon_url} large />
          <div class="words">
            <ScreenHead title={title} />
            <p class="quiet small">{t("sign.by", { app: application.name })}</p>
          </div>
        </div>
      )}
      {origin !== null && <p class="origin">{t("sign.origin")} <strong class="mono">{hostOf(origin)}</strong></p>}
      {number !== null && (
        <div class="card number">
          <p>{t("sign.number")}</p>
          <strong class="num">{number}</strong>
        </div>
      )}
      {explanation !== null && explanation.saidByApp.length > 0 && (
        <figure class="instruction">
          <figcaption class="small quiet">{t("sign.says", { app: application.name })}</figcaption>
          <blockquote>{explanation.saidByApp.map((line, index) => <p key={index}>{line}</p>)}</blockquote>
        </figure>
      )}
      {explanation !== null && (
        <div class="stack sentences">
          {explanation.sentences.map((sentence, index) => <p key={index}>{tell(sentence.key, { app: application.name, ...sentence.values })}</p>)}
        </div>
      )}
      {explanation !== null && explanation.facts.length > 0 && (
        <dl class="facts">
          {explanation.facts.map((fact, index) => (
            <div key={index}>
              <dt>{tell(fact.label)}</dt>
              <dd><ShownValue shown={fact.shown} /></dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).host || origin : origin;
}
