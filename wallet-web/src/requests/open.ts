// Opening a request, and believing nothing of it that the pinned key has not signed. (ADR 4; wallet-api 2)

import canonicalize from "canonicalize";
import {
  type Opened, type Origin, ServerRefused, Offline, type Statement, verifyView, type ViewKey, type WalletServer,
} from "../server";
import { type Challenge, challengesIn } from "./challenge";
import type { PaymentCode } from "./payment_code";
import { RequestRefused } from "./refusals";

/** A request that the pinned key vouches for, or a payment of the holder's own. */
export interface OpenRequest {
  readonly uuid: string;
  /** How the person got here; it goes into the answer. */
  readonly origin: Origin;
  /** All that may be shown and signed by. */
  readonly view: Statement;
  readonly isSignIn: boolean;
  /** Whether it is signed and no transaction: a sign-in, a claim. */
  readonly isPseudo: boolean;
  /** Whether the wallet submits it: asked for, neither pseudo nor one signature of several. */
  readonly isSubmitted: boolean;
  /** Identifier of the xApp that opens in place of anything to sign, or null. */
  readonly xapp: string | null;
  /** What a sign-in is bound to, as it is signed; null for anything else. */
  readonly challenge: Challenge | null;
  /** The code that a payment of one's own comes from: no app asks, no server is told. Null for a request. */
  readonly own: PaymentCode | null;
  /** Until when its app wanted it opened; opened in time it may be answered later. */
  readonly expiresAt: Date;
}

const PSEUDO_TYPES: ReadonlySet<string> = new Set(["SignIn", "PaymentChannelAuthorize"]);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Open a request: from now on it can be answered, and neither expire nor be cancelled.
 *
 * @throws RequestRefused; ServerRefused where the server says something that is not about the request.
 */
export async function openRequest(server: WalletServer, uuid: string, origin: Origin): Promise<OpenRequest> {
  if (!UUID.test(uuid)) throw new RequestRefused("unknown_request");
  let opened: Opened;
  try {
    opened = await server.openPayload(uuid, origin);
  } catch (problem) {
    throw why(problem);
  }
  return requestOf(await vouchedFor(server, uuid, opened), origin);
}

/** Return the statement if the pinned key signed it, for this device, of this request. */
async function vouchedFor(server: WalletServer, uuid: string, opened: Opened): Promise<Statement> {
  const { view } = opened;
  const stated = view?.payload;
  const text = isObject(stated) ? canonicalize(stated) : undefined;
  if (text === undefined || !(await verifyView(server.pinned[0], view.signature, text))) {
    const offered = await offeredKey(server, view?.kid);
    throw offered === null ? new RequestRefused("not_vouched_for") : new RequestRefused("view_key_changed", { kid: offered.kid });
  }
  // Signed all the same, a view made for somebody else or of something else must not stand in for this one.
  if (stated.iss !== server.issuer || stated.device !== server.device) throw new RequestRefused("other_device");
  if (stated.v !== 1 || stated.meta.uuid !== uuid) throw new RequestRefused("not_vouched_for");
  return stated;
}

/** The key that the server now names, where it also names the pinned one as an earlier one of its own; else null. */
async function offeredKey(server: WalletServer, kid: unknown): Promise<ViewKey | null> {
  const [pinned] = server.pinned;
  if (kid === pinned.kid) return null;
  try {
    const card = await server.refreshCard();
    const isFollowed = card.earlier_view_keys.some((key) => key.x === pinned.x);
    return isFollowed && card.view_key.kid === kid && card.issuer === server.issuer ? card.view_key : null;
  } catch {
    return null;
  }
}

/** The request that a statement makes, once it is known to be the server's. @throws RequestRefused: it contradicts itself. */
export function requestOf(view: Statement, origin: Origin): OpenRequest {
  const { tx_type: type, request_json: asked } = view.payload;
  const isPseudo = PSEUDO_TYPES.has(type);
  const named = asked["TransactionType"];
  if (isPseudo ? named !== undefined : named !== undefined && named !== type) throw new RequestRefused("not_signable");
  const xapp = type === "SignIn" && typeof asked["xappIdentifier"] === "string" ? asked["xappIdentifier"] : null;
  return {
    uuid: view.meta.uuid,
    origin,
    view,
    isSignIn: type === "SignIn" && xapp === null,
    isPseudo,
    isSubmitted: view.meta.submit && !view.meta.multisign && !isPseudo,
    xapp,
    challenge: type === "SignIn" && xapp === null ? challengeOf(view) : null,
    own: null,
    expiresAt: new Date(view.payload.expires_at),
  };
}

/** The one challenge of a sign-in, which must be for this very request of this very app. (design 4.6) */
function challengeOf(view: Statement): Challenge {
  const [challenge, ...others] = challengesIn(view.payload.request_json);
  const fits = challenge?.payload === view.meta.uuid && challenge.app === view.application.uuidv4;
  if (challenge === undefined || others.length > 0 || !fits) throw new RequestRefused("wrong_challenge");
  return challenge;
}

/** What a refusal of the server means for a request. */
export function why(problem: unknown): unknown {
  if (problem instanceof Offline) return new RequestRefused("offline");
  if (!(problem instanceof ServerRefused) || problem.isUnpaired || problem.status === 401) return problem;
  if (problem.status === 429 || problem.status === 503) return new RequestRefused("server_busy");
  if (problem.code === 510) return new RequestRefused("expired");
  if (problem.code === 511) return new RequestRefused("signed");
  if (problem.code === 409) return new RequestRefused("answered");
  if (problem.code === 810) return new RequestRefused("app_off");
  if (problem.code === 404) return new RequestRefused("unknown_request");
  if (problem.status === 403) return new RequestRefused("of_another");
  if (problem.status === 409 && problem.code === 405) return new RequestRefused("not_opened");
  return problem;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
