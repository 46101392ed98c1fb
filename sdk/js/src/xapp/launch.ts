// How an xApp learns who opened it: a one-time token in its address, traded for the user's context and a JWT.

import { type CallOptions, call, type Credentials, type Wire } from "../caller.js";
import { SealgateError } from "../errors.js";
import { host } from "../host.js";
import { keepFor, read, write } from "../auth/keep.js";
import { type Session, sessionOf } from "../auth/session.js";
import type { Authorized } from "../models.js";
import { claimsOf, queryOf } from "../oauth.js";

/** What the wallet tells an xApp (platform-api 16.2), and the parameters of the link beside it. */
export interface Context {
  account?: string;
  accountaccess?: string;
  accounttype?: string;
  account_info: { account: string; name: string | null; domain: string | null; [more: string]: unknown };
  currency?: string;
  locale?: string;
  networkid?: number;
  nodetype?: string;
  nodewss?: string;
  origin?: { type?: string; data?: Record<string, unknown> };
  style?: string;
  subscriptions?: string[];
  /** Stays the same whichever account and device the user takes. */
  user: string;
  user_device?: { currency: string; platform: string };
  version?: string;
  [parameter: string]: unknown;
}

export interface Launch {
  readonly context: Context;
  readonly app: { name: string };
  readonly accessToken: string;
  readonly session: Session;
}

const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

/** Return the one-time token that this page was opened with; the wallet's own word counts before the address. */
export function launchToken(): string | undefined {
  const agent = host.navigator?.userAgent ?? "";
  const told = new RegExp(`xumm/xapp.*\\(ott:(${UUID})\\)`, "i").exec(agent)?.[1];
  const asked = host.document && queryOf(host.location?.search ?? "")["xAppToken"];
  return (told ?? asked)?.toLowerCase() || undefined;
}

/** Trade a one-time token. It counts once: keep the answer. */
export function authorize(wire: Wire, key: string, ott: string, options: CallOptions = {}): Promise<Authorized> {
  const nobody: Credentials = { family: "jwt", headers: async () => ({}), renew: async () => false };
  const headers = { "x-api-key": key, "x-api-ott": ott };
  return call<Authorized>(wire, nobody, { path: "authorize", headers, ...options });
}

/** The user who opened the xApp. The token is traded once; a reload finds what it brought. */
export class LaunchedUser implements Credentials {
  readonly family = "jwt";
  readonly launch: Promise<Launch>;

  constructor(wire: Wire, key: string, ott: string) {
    this.launch = launched(wire, key, ott);
    this.launch.catch(() => {});
  }

  async accessToken(): Promise<string> {
    const { accessToken, session } = await this.launch;
    if (Date.now() < session.expiresAt) return accessToken;
    throw new SealgateError("expired", "This launch was more than a day ago.", { hint: "Open the xApp again." });
  }

  async headers(): Promise<Record<string, string>> {
    return { authorization: `Bearer ${await this.accessToken()}` };
  }

  async renew(): Promise<boolean> {
    return false;
  }
}

async function launched(wire: Wire, key: string, ott: string): Promise<Launch> {
  const [keep, name] = [keepFor("tab"), `sealgate:${key}:${ott}`];
  let got = read<Authorized>(keep, name);
  if (!got) {
    got = await authorize(wire, key, ott);
    write(keep, name, got);
  }
  const expiresAt = Number(claimsOf(got.jwt)["exp"]) * 1000;
  return {
    context: got.ott as unknown as Context,
    app: got.app,
    accessToken: got.jwt,
    session: sessionOf({ accessToken: got.jwt, expiresAt }),
  };
}
