// One press, one answer: signed once, handed in until it arrives, submitted once, followed.

import type { Signed, SignOptions } from "../ledger";
import type { LedgerNode } from "../nodes";
import type { Answer, Members, SignAnswer, SignMethod, WalletServer } from "../server";
import { exclusiveNow } from "../server/exclusive";
import type { Result } from "./ending";
import { finish, type FollowOptions, handIn } from "./handing_in";
import { type About, aboutOf, findMark, type Mark, setMark, unfinishedMarks } from "./marks";
import type { OpenRequest } from "./open";
import type { Prepared } from "./prepare";
import { RequestRefused } from "./refusals";

/** Signs with the vault's key of an address. */
export type Sign = (key: string, transaction: Members, options: SignOptions) => Promise<Signed>;

export interface AnswerOptions extends FollowOptions {
  sign: Sign;
  /** How the vault was opened. */
  method: SignMethod;
  /** Of the prepared network; without one nothing is submitted. */
  node?: LedgerNode | null;
}

/** Something that was signed or declined here and did not come to its end. */
export type Unfinished = Pick<About, "uuid" | "app" | "type">;

const LONGEST_URL = 256;
const LONGEST_REASON = 1000;

/**
 * Sign and hand in. A second press while the first one is under way is refused as `busy`, in whatever tab; one after a
 * lost answer sends the same blob again; one after the end gives the same result.
 *
 * @throws RequestRefused; what `sign` throws
 */
export async function answer(server: WalletServer, prepared: Prepared, options: AnswerOptions): Promise<Result> {
  const { uuid } = prepared.request;
  return once(uuid, async () => {
    let mark = await findMark(server.device, uuid);
    if (mark === null) {
      options.onStep?.("signing");
      mark = await signed(server, prepared, options);
      await setMark(mark);
    }
    options.onStep?.("handing_in");
    return finish(server, await handIn(server, mark), options.node ?? null, options);
  });
}

/**
 * Decline. `APP`: the wallet cannot process the request.
 *
 * @throws RequestRefused
 */
export async function reject(
  server: WalletServer,
  request: OpenRequest,
  { reason, initiator = "USER" }: { reason?: string; initiator?: "USER" | "APP" } = {},
): Promise<Result> {
  return once(request.uuid, async () => {
    const kept = await findMark(server.device, request.uuid);
    // Signed and on its way: it may have arrived, and then there is nothing left to decline.
    if (kept?.signed) throw new RequestRefused("answered");
    const given = reason?.trim().slice(0, LONGEST_REASON);
    const answer: Answer = {
      reject: true,
      reject_initiator: initiator,
      ...(given ? { reject_reason: given } : {}),
      origintype: request.origin,
    };
    const mark: Mark = kept ?? { state: "handing_in", device: server.device, at: Date.now(), about: aboutOf(request), signed: null, answer };
    await setMark(mark);
    return finish(server, await handIn(server, mark), null, {});
  });
}

/** What did not come to its end in this browser: a lost connection, a page that was closed too early. */
export async function unfinished(server: WalletServer): Promise<Unfinished[]> {
  return (await unfinishedMarks(server.device)).map(({ about: { uuid, app, type } }) => ({ uuid, app, type }));
}

/**
 * Bring to its end what was answered here, without signing anything; null where nothing was. Ask before opening a
 * request: one that is signed cannot be opened any more.
 *
 * @param nodeOf The node of a network by its key, null where there is none.
 * @throws RequestRefused
 */
export async function resume(
  server: WalletServer,
  uuid: string,
  nodeOf: (network: string) => LedgerNode | null,
  options: FollowOptions = {},
): Promise<Result | null> {
  if ((await findMark(server.device, uuid)) === null) return null;
  return once(uuid, async () => {
    const mark = await findMark(server.device, uuid);
    if (mark === null) return null;
    options.onStep?.("handing_in");
    return finish(server, await handIn(server, mark), mark.signed === null ? null : nodeOf(mark.signed.network), options);
  });
}

export async function once<T>(uuid: string, work: () => Promise<T>): Promise<T> {
  const done = await exclusiveNow(`sealgate-answer-${uuid}`, work);
  if (done === "busy") throw new RequestRefused("busy");
  return done;
}

/** How what was prepared is to be signed. */
export function signOptions({ request, account, definitions }: Prepared): SignOptions {
  return {
    as: request.isSignIn ? "sign_in" : request.isPseudo ? "claim" : "transaction",
    ...(request.view.meta.multisign ? { multisignAs: account } : {}),
    ...(definitions === null ? {} : { definitions }),
  };
}

async function signed(server: WalletServer, prepared: Prepared, options: AnswerOptions): Promise<Mark> {
  const { request, account, key, network, transaction } = prepared;
  const done = await options.sign(key, transaction, signOptions(prepared));
  const url = options.node?.url ?? "";
  const answer: SignAnswer = {
    signed_blob: done.signedBlob,
    ...(done.txid === null ? {} : { tx_id: done.txid }),
    signpubkey: done.signPubKey,
    signmethod: options.method,
    multisigned: done.multisigned,
    environment: { nodetype: network.key, ...(url === "" || url.length > LONGEST_URL ? {} : { nodeuri: url }) },
    origintype: request.origin,
  };
  const last = transaction["LastLedgerSequence"];
  return {
    state: "handing_in",
    device: server.device,
    at: Date.now(),
    // What was filled in by guess is for nobody's ledger.
    about: { ...aboutOf(request), isSubmitted: request.isSubmitted && prepared.facts !== null },
    signed: { account, network: network.key, txid: done.txid, lastLedger: typeof last === "number" ? last : null },
    answer,
  };
}
