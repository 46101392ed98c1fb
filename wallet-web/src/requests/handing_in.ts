// Bringing an answer to the server until it arrives, and a transaction to the ledger. (wallet-api 2.4, 10.3)

import type { Ending, LedgerNode } from "../nodes";
import { type Dispatched, Offline, ServerRefused, type WalletServer } from "../server";
import { type Result, wayBack } from "./ending";
import { type About, type Mark, removeMark, setMark, type Settled } from "./marks";
import { why } from "./open";
import { RequestRefused } from "./refusals";

/** How far it is. */
export type Step = "signing" | "handing_in" | "submitting" | "following" | "done";

export interface FollowOptions {
  /** Stay until the ledger has decided, where something is submitted. Default: true. */
  follow?: boolean;
  onStep?: (step: Step) => void;
  /** Ends the waiting for the ledger; what is submitted stays submitted. */
  signal?: AbortSignal;
}

const TRIES = 4;
const FIRST_WAIT_MS = 500;
const LONGEST_URL = 256;

/** Hand in what is marked, again while no answer comes: the server takes the same answer of the same device once. */
export async function handIn(server: WalletServer, mark: Mark): Promise<Settled> {
  if (mark.state === "settled") return mark;
  const { device, about, signed, answer } = mark;
  for (let tried = 1; ; tried += 1) {
    try {
      const answered = await server.answer(about.uuid, answer);
      const blob = about.isSubmitted && "signed_blob" in answer ? answer.signed_blob : null;
      const settled: Settled = { state: "settled", device, about, signed, answered, at: Date.now(), blob };
      await setMark(settled);
      return settled;
    } catch (problem) {
      if (!passes(problem)) {
        // Refused for good it is forgotten, and may be answered anew.
        if (problem instanceof ServerRefused) await removeMark(about.uuid);
        throw refusedFor(problem);
      }
      if (tried === TRIES) throw why(problem);
      await new Promise((resolve) => setTimeout(resolve, FIRST_WAIT_MS * 2 ** (tried - 1)));
    }
  }
}

/** Submit what is to be submitted, stay with it, and tell how it ended. */
export async function finish(server: WalletServer, settled: Settled, node: LedgerNode | null, options: FollowOptions): Promise<Result> {
  const { about, signed, blob, answered } = settled;
  const step = options.onStep ?? (() => undefined);
  let dispatched: Dispatched | null = null;
  let ending: Ending | null = null;
  // One signature of several reaches no ledger by itself.
  if (blob !== null && node !== null && node.url !== "" && answered.collected === undefined) {
    step("submitting");
    dispatched = await submit(server, about, blob, node);
    // Not before: a transaction that is submitted twice is the same one, and one that is not submitted is lost.
    await setMark({ ...settled, blob: null });
    if (signed?.txid && options.follow !== false && !isHopeless(dispatched)) {
      step("following");
      ending = await node.follow(signed.txid, signed.lastLedger, options.signal === undefined ? {} : { signal: options.signal });
    }
  }
  step("done");
  return {
    signed: signed !== null,
    txid: signed?.txid ?? null,
    network: signed === null || about.isPseudo ? null : signed.network,
    account: signed?.account ?? null,
    userToken: answered.user_token,
    collected: answered.collected ?? null,
    dispatched,
    ending,
    wayBack: wayBack(about.origin, answered),
    reference: answered.reference_call_uuidv4,
  };
}

async function submit(server: WalletServer, about: About, blob: string, node: LedgerNode): Promise<Dispatched> {
  const result = await node.submit(blob, { failHard: about.type === "AccountDelete" });
  const dispatched = { to: node.url.slice(0, LONGEST_URL), nodetype: node.network.key, result };
  try {
    await server.answer(about.uuid, { dispatched });
  } catch {
    // The transaction is signed, handed in and submitted: what this report adds is a courtesy.
  }
  return dispatched;
}

/** Whether no ledger can ever take it: malformed, so there is nothing to wait for. (xrpl.org "Transaction Results") */
export const isHopeless = ({ result }: Dispatched): boolean => result.startsWith("tem");

const passes = (problem: unknown): boolean =>
  problem instanceof Offline || (problem instanceof ServerRefused && (problem.status === 429 || problem.status >= 500));

function refusedFor(problem: unknown): unknown {
  const reason = why(problem);
  if (reason instanceof RequestRefused || !(problem instanceof ServerRefused) || problem.status !== 400) return reason;
  return new RequestRefused("not_accepted", { message: problem.message, code: String(problem.code), reference: problem.reference ?? "" });
}
