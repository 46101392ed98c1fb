// What went wrong, in the words of whoever has to mend it.

import { SecretRefused, SigningRefused } from "../../ledger";
import { NodeUnavailable } from "../../nodes";
// Not by the room's door: the room comes with the first request, and problems are shown before that.
import { RequestRefused } from "../../requests/refusals";
import { Offline, ServerRefused, ServerUnusable } from "../../server";
import { VaultRefused } from "../../vault";
import { hasText, t, tell } from "../i18n";
import { Notice } from "./words";

/** A problem in words, with the reference to ask the operator about; nothing where there is none. */
export function Problem({ of }: { of: unknown }) {
  if (of === null || of === undefined) return null;
  const { text, more, reference } = words(of);
  return (
    <Notice tone="bad" alert>
      <p>{text}</p>
      {more !== "" && <p class="small">{more}</p>}
      {reference !== null && <p class="small mono">{t("error.reference", { reference })}</p>}
    </Notice>
  );
}

/** The sentence for a problem. */
export function problemText(problem: unknown): string {
  return words(problem).text;
}

interface Words {
  text: string;
  more: string;
  reference: string | null;
}

function words(problem: unknown): Words {
  const plain = (text: string, more = ""): Words => ({ text, more, reference: null });
  if (problem instanceof Offline) return plain(t("error.offline"));
  if (problem instanceof ServerRefused) {
    const known = `server.${problem.code ?? problem.status}`;
    // The server's own words are English; where there are none of ours they are better than nothing.
    if (hasText(known)) return { text: tell(known), more: "", reference: problem.reference };
    return { text: problem.message, more: problem.hint, reference: problem.reference };
  }
  if (problem instanceof ServerUnusable) return plain(t("error.server_unusable"));
  // Each code of these rooms has a text of its own: without one this does not compile.
  if (problem instanceof VaultRefused) return plain(t(`vault.${problem.reason}`));
  if (problem instanceof SecretRefused) return plain(t(`secret.${problem.reason}`, { at: problem.at ?? "" }));
  if (problem instanceof SigningRefused) return plain(t(`signing.${problem.reason}`), problem.detail);
  if (problem instanceof RequestRefused) return plain(tell(problem.key, problem.values));
  if (problem instanceof NodeUnavailable) return plain(tell("refused.node_unavailable"));
  return plain(t("error.unknown"), problem instanceof Error ? problem.message : "");
}
