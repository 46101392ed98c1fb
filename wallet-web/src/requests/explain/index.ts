// What a person is told before signing: what it does, what it says, how it differs from what was asked, what to mind.

import { memoOf, isChallenge, memoText } from "../challenge";
import { type DiffLine, diffOf } from "../diff";
import { legible } from "../legible";
import type { Prepared } from "../prepare";
import { type Fact, factsOf } from "./fields";
import { flagFacts } from "./flags";
import { addressShown, amountShown, type Message, plain, type Shown } from "./shown";
import { titleOf } from "./titles";
import { type Circumstances, type Warning, warningsOf } from "./warnings";

export type { Fact } from "./fields";
export type { Message, Shown } from "./shown";
export { addressShown, amountShown, currencyName, fromDrops } from "./shown";
export { worstFirst, type Circumstances, type Level, type Warning } from "./warnings";

export interface Explanation {
  /** In a few words; `values.app` is the app's name. */
  title: Message;
  /** What signing does. */
  sentences: Message[];
  /** What the app says, line by line: somebody else's words. */
  saidByApp: string[];
  facts: Fact[];
  diff: DiffLine[];
  /** The worst first. */
  warnings: Warning[];
  /** Of a sign-in, to be compared with the other screen; null where there is none. */
  matchingNumber: string | null;
}

/** Explain what was prepared. */
export function explain(prepared: Prepared, circumstances: Circumstances = {}): Explanation {
  const { request, transaction } = prepared;
  const { application, meta, payload, presentation } = request.view;
  const name = titleOf(payload.tx_type, transaction);
  const values = { app: application.name, type: payload.tx_type };
  const instruction = meta.custom_instruction?.split(/\r?\n/) ?? [];
  return {
    title: { key: `request.title.${name}`, values },
    sentences: [{ key: `request.says.${name}`, values }],
    saidByApp: [...instruction, ...(presentation?.lines ?? [])].map((line) => legible(line.trim())).filter((line) => line !== ""),
    facts: [...(request.isSignIn ? aboutSignIn(prepared) : factsOf(transaction, prepared.network)), ...flagFacts(transaction), ...aboutAll(prepared)],
    diff: diffOf(prepared),
    warnings: warningsOf(prepared, circumstances),
    matchingNumber: request.challenge?.number ?? null,
  };
}

/** What the challenge says, as it is signed. */
function aboutSignIn({ request }: Prepared): Fact[] {
  const { challenge } = request;
  const facts: Fact[] = [{ label: "request.fact.app", shown: plain(request.view.application.name) }];
  if (challenge === null) return facts;
  if (challenge.origin !== null) facts.push({ label: "request.fact.origin", shown: plain(challenge.origin) });
  facts.push({ label: "request.fact.server", shown: plain(challenge.domain) });
  return facts;
}

/** What every request has: memos, account, network, fee. */
function aboutAll({ request, transaction, network, account }: Prepared): Fact[] {
  const facts: Fact[] = memoFacts(transaction["Memos"]);
  const signs = request.view.meta.multisign ? transaction["Account"] : account;
  facts.push({ label: "request.fact.account", shown: addressShown(signs) });
  if (request.view.meta.multisign) facts.push({ label: "request.fact.signer", shown: addressShown(account) });
  if (request.isPseudo) return facts;
  facts.push({ label: "request.fact.network", shown: plain(network.name) });
  if (transaction["Fee"] !== undefined) facts.push({ label: "request.fact.fee", shown: amountShown(transaction["Fee"], network) });
  return facts;
}

function memoFacts(memos: unknown): Fact[] {
  const own = (Array.isArray(memos) ? memos : []).filter((entry) => !isChallenge(entry)).map(memoOf);
  if (own.length === 0) return [];
  const items = own.map((memo): Shown => {
    const [type, data] = [memoText(memo["MemoType"]), memoText(memo["MemoData"]) ?? String(memo["MemoData"] ?? "")];
    return plain(type === null || type === "" ? data : `${type}: ${data}`);
  });
  return [{ label: "request.fact.memos", shown: { kind: "list", items } }];
}
