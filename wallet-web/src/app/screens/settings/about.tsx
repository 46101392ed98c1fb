// Which server this is, which keys are pinned, and whose work the app stands on.

import { useState } from "preact/hooks";
import { brand } from "../../brand";
import { t } from "../../i18n";
import { useAction } from "../../state/action";
import { useObserved } from "../../state/observe";
import { pairedServer } from "../../state/server";
import { Button } from "../../ui/controls";
import { Problem } from "../../ui/problem";
import { OutLink } from "../../ui/show";

export function About() {
  const server = useObserved(pairedServer);
  const [licences, setLicences] = useState<string | null>(null);
  const read = useAction(async () => {
    const answer = await fetch("/wallet/licences.txt");
    if (!answer.ok) throw new Error(String(answer.status));
    setLicences(await answer.text());
  });
  return (
    <section class="section" aria-labelledby="about-title">
      <h2 id="about-title">{t("about.title", { name: brand.name })}</h2>
      {server === null ? (
        <p class="quiet">{t("about.not_paired")}</p>
      ) : (
        <dl class="facts">
          <div><dt>{t("about.server")}</dt><dd>{server.card.public_url}</dd></div>
          <div><dt>{t("about.issuer")}</dt><dd>{server.card.issuer}</dd></div>
          <div><dt>{t("about.view_key")}</dt><dd class="mono small">{server.pinned[0].kid}</dd></div>
          <div><dt>{t("about.device")}</dt><dd class="mono small">{server.device}</dd></div>
        </dl>
      )}
      <p class="quiet small">{t("about.keys")}</p>
      <p><OutLink href="/docs">{t("about.docs")}</OutLink></p>
      <Problem of={read.problem} />
      {licences === null ? <Button busy={read.isBusy} onClick={read.run}>{t("about.licences")}</Button> : <pre class="licences" tabIndex={0}>{licences}</pre>}
    </section>
  );
}
