// A person's wallet, which does what the test wants.

import { SealgateError } from "sealgate";
import { Browser, type Callback } from "./browser.js";
import type { Controls } from "./controls.js";
import type { SignRequest } from "./platform.js";

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;
export const LIMIT_MS = 15_000;
const LOOK_EVERY_MS = 20;

/** What a wallet did with a request. */
export interface Answer {
  uuid: string;
  /** `refused`: the wallet or the platform would not have it. */
  done: "signed" | "rejected" | "opened" | "refused";
  account?: string;
  txid?: string;
  network?: string;
  /** Of what was refused. */
  why: string;
}

/** How the request was reached. */
export type Via = "QR" | "DEEP_LINK" | "PUSH_NOTIFICATION" | "EVENT_LIST" | "XAPP";
export type Action = "approve" | "reject" | "ignore" | "wrong_account" | "wrong_network";

export interface How {
  /** Of a rejection, as the app sees it. */
  reason?: string;
  /** How long the person thinks first. */
  delayMs?: number;
  via?: Via;
}

/** A page of a browser, such as Playwright's, that shows a sign page or is on its way there. */
export interface Showing {
  url(): string;
}

/** A request: its UUID, its sign page, what `create` returned, or a page of a browser that shows it. */
export type Named = string | { readonly uuid: string } | { readonly created: { readonly uuid: string } } | Showing;

export interface KnownWallet {
  name: string;
  account: string;
  user: string;
}

/** A wallet of the sandbox. It hands in its answers by the calls that any wallet makes; nothing is faked. Where a
 * method takes a request and gets none, it takes the next one that waits, for at most 15 seconds. */
export class Wallet {
  readonly name: string;
  readonly account: string;
  /** UUID of the person. */
  readonly user: string;
  /** What it signs for where the request forces none; `SANDBOX` is the sandbox's own ledger. */
  network = "SANDBOX";

  constructor(
    private readonly controls: Controls,
    known: KnownWallet,
    private readonly nextRequest: (timeoutMs: number) => Promise<SignRequest>,
  ) {
    ({ name: this.name, account: this.account, user: this.user } = known);
  }

  /** The next request that waits for an answer and was not returned before. */
  waitForRequest({ timeoutMs = LIMIT_MS } = {}): Promise<SignRequest> {
    return this.nextRequest(timeoutMs);
  }

  /** Open a request and sign it. */
  approve(request?: Named, how: How = {}): Promise<Answer> {
    return this.insist("approve", request, how);
  }

  /** Open a request and decline it. */
  reject(request?: Named, how: How = {}): Promise<Answer> {
    return this.insist("reject", request, how);
  }

  /** Open a request and leave it. */
  open(request?: Named, how: How = {}): Promise<Answer> {
    return this.insist("ignore", request, how);
  }

  /** Sign with another account of the same person; `done` is `refused` where the request names its signers. */
  wrongAccount(request?: Named, how: How = {}): Promise<Answer> {
    return this.answer("wrong_account", request, how);
  }

  /** Sign on a network that was not asked for; `done` is `refused` where the request forces one. */
  wrongNetwork(request?: Named, how: How = {}): Promise<Answer> {
    return this.answer("wrong_network", request, how);
  }

  /** Answer every request that is new or pushed while something is done, and return what came of that. */
  async during<T>(action: Action, doing: () => Promise<T>, how: Omit<How, "via"> = {}): Promise<T> {
    await this.controls.dev("PUT", "/wallet/script", { ...this.script(action, how), unpushed: true });
    try {
      return await doing();
    } finally {
      await this.controls.dev("DELETE", "/wallet/script", { wallet: this.name });
    }
  }

  /** Go to an authorization URL in a browser of one's own, sign in, and return what the app is called back with. */
  signIn(url: string): Promise<Callback> {
    return new Browser(this.controls.url).signsIn(url, (uuid) => this.approve(uuid));
  }

  /** Go to an authorization URL, decline in the wallet, and return what the app is called back with. */
  refuseSignIn(url: string): Promise<Callback> {
    return new Browser(this.controls.url).signsIn(url, (uuid) => this.reject(uuid));
  }

  private async insist(action: Action, request: Named | undefined, how: How): Promise<Answer> {
    const answer = await this.answer(action, request, how);
    if (answer.done === "refused") {
      throw new SealgateError("refused", `${this.name} could not answer ${answer.uuid}: ${answer.why}`);
    }
    return answer;
  }

  private async answer(action: Action, request: Named | undefined, how: How): Promise<Answer> {
    const uuid =
      request === undefined ? (await this.waitForRequest()).uuid
      : typeof request === "object" && "url" in request ? await uuidShown(request)
      : uuidOf(request);
    const asked = { payload: uuid, origin: how.via ?? "QR", ...this.script(action, how) };
    const done = await this.controls.dev<Omit<Answer, "uuid" | "why"> & { refused?: { message: string; hint: string } }>(
      "POST",
      "/wallet/answers",
      asked,
    );
    const why = [done.refused?.message, done.refused?.hint].filter(Boolean).join(" ");
    const { account, txid, network } = done;
    return { uuid, done: done.done, why, ...(account && { account }), ...(txid && { txid }), ...(network && { network }) };
  }

  private script(action: Action, how: How): object {
    const delay_s = (how.delayMs ?? 0) / 1000;
    return { wallet: this.name, action, reason: how.reason ?? null, delay_s, network: this.network };
  }
}

function uuidOf(request: Exclude<Named, Showing>): string {
  const text =
    typeof request === "string" ? request
    : "created" in request ? request.created.uuid
    : request.uuid;
  const found = UUID.exec(text);
  if (found === null) throw new TypeError(`${text} names no sign request: give its UUID, its sign page, or what create returned.`);
  return found[0].toLowerCase();
}

/** The request on a page, waiting for it: a browser goes to a sign-in by redirects, whose addresses have other UUIDs. */
async function uuidShown(page: Showing): Promise<string> {
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    const [path] = /\/sign\/[^?#]*/.exec(page.url()) ?? [];
    if (path !== undefined) return uuidOf(path);
    if (performance.now() >= deadline) throw new Error(`no sign page in ${LIMIT_MS / 1000} s: the browser is at ${page.url()}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
