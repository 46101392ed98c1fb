// The client: one class for every credential, chosen by what it is given.

import { Activity } from "./activity.js";
import { handover } from "./auth/handover.js";
import { keepFor, type Remember } from "./auth/keep.js";
import { type Session, Sessions, sessionOf } from "./auth/session.js";
import { SignIn, type SignInOptions } from "./auth/sign-in.js";
import { Tabs } from "./auth/tabs.js";
import { type CallOptions, call, type Credentials, type Wire } from "./caller.js";
import { SealgateError } from "./errors.js";
import { environment, type Fetch, host, isPage, type Keep, type SocketClass } from "./host.js";
import { Lookups } from "./lookups.js";
import type { Pong, UserPong } from "./models.js";
import { claimsOf, OAuth, type UserInfo } from "./oauth.js";
import { Payloads } from "./payloads.js";
import { Push } from "./push.js";
import { Storage } from "./storage.js";
import { useSocketClass } from "./subscription.js";
import { UserTokens } from "./user-tokens.js";
import { Userdata } from "./userdata.js";
import { LaunchedUser, launchToken } from "./xapp/launch.js";
import { XApp } from "./xapp/xapp.js";

export interface SealgateOptions {
  /** Where your Sealgate is; SEALGATE_URL without it. */
  url?: string;
  /** The app's API key, which is no secret; SEALGATE_API_KEY without it. */
  apiKey?: string;
  /** The app's API secret, for back ends alone; SEALGATE_API_SECRET without it. */
  apiSecret?: string;
  /** A user's token: to call as this user. */
  accessToken?: string;
  /** The one-time token of an xApp's page; the one in its address without it. */
  ott?: string;
  /** How people sign in on this page; `signIn()` can say otherwise. */
  signIn?: Omit<SignInOptions, "signal">;
  /** How long a session on this page is remembered: `browser` (all its tabs), `tab`, `page`; or a place of your own. */
  remember?: Remember | Keep;
  /** The provider's address, where it is not `url`. */
  issuer?: string;
  /** How long to wait for an answer, 30,000 ms without it. */
  timeoutMs?: number;
  /** How often a call is tried again where that is safe, twice without it. */
  retries?: number;
  fetch?: Fetch;
  WebSocket?: SocketClass;
}

/** `secret`: a back end; `signIn`: a page; `xapp`: a page in a wallet; `token`: anywhere, as a user. */
export type CredentialKind = "secret" | "signIn" | "xapp" | "token";

export interface Events {
  /** Somebody has signed in, was renewed, or nobody is signed in any more. In every tab. */
  session: Session | null;
  /** The answer that this page was opened with, or the launch of the xApp, came to nothing. */
  error: SealgateError;
}

/**
 * ```js
 * new Sealgate({ url, apiKey, apiSecret })   // a back end
 * new Sealgate({ url, apiKey })              // a page: people sign in; in a wallet: an xApp
 * new Sealgate({ url, accessToken })         // anywhere, as a signed-in user
 * ```
 *
 * @throws SealgateError `configuration`: what is needed is missing, or a secret is in a page.
 */
export class Sealgate {
  readonly credential: CredentialKind;
  readonly url: string;
  readonly payloads: Payloads;
  readonly userTokens: UserTokens;
  readonly userdata: Userdata;
  readonly storage: Storage;
  readonly push: Push;
  readonly xapp: XApp;
  readonly lookups: Lookups;
  readonly activity: Activity;
  readonly oauth: OAuth;
  /** Resolves once it is known whether somebody is signed in: the answer in the page's address, the xApp's token, the
   * session of the last visit. Never rejects: what went wrong is told by `error`. */
  readonly ready: Promise<Session | null>;

  readonly #wire: Wire;
  readonly #who: Credentials & { accessToken?(): Promise<string> };
  readonly #options: SealgateOptions;
  readonly #listeners = new Map<keyof Events, Set<(news: never) => void>>();
  #sessions: Sessions | undefined;
  #signIn: SignIn | undefined;
  #tabs: Tabs | undefined;
  #launched: Session | null = null;

  constructor(options: SealgateOptions = {}) {
    this.#options = options;
    const url = options.url ?? environment("SEALGATE_URL");
    if (!url || !/^https?:\/\/[^/]/.test(url)) {
      throw wrong(url ? `"${url}" is not where a Sealgate is.` : "It is not said where your Sealgate is.", "Give `url`, such as https://sign.example.org, or set SEALGATE_URL.");
    }
    this.url = url.replace(/\/+$/, "");
    const { accessToken, timeoutMs = 30_000, retries = 2 } = options;
    this.#wire = { url: this.url, timeoutMs, retries, fetch: options.fetch ?? ((url, init) => host.fetch(url, init)) };
    if (options.WebSocket) useSocketClass(options.WebSocket);

    const key = options.apiKey ?? environment("SEALGATE_API_KEY") ?? "";
    const secret = options.apiSecret ?? (accessToken || options.ott ? undefined : environment("SEALGATE_API_SECRET"));
    const ott = accessToken || secret ? undefined : (options.ott ?? launchToken());
    const issuer = (options.issuer ?? this.url).replace(/\/+$/, "");
    if (!accessToken && !key) throw wrong("No API key is given.", "Give `apiKey`, or `accessToken`; or set SEALGATE_API_KEY.");
    if (options.apiSecret && isPage()) {
      throw wrong("An API secret is in a page.", "Take it out, and replace it: `sealgate app rotate-secret`. Pages need only `apiKey`.");
    }
    this.oauth = new OAuth(this.#wire, issuer, key || String(claimsOf(accessToken ?? "")["client_id"] ?? ""), secret);

    let user: LaunchedUser | undefined;
    if (accessToken) {
      this.credential = "token";
      this.#who = bearer(accessToken);
      this.#launched = sessionOf({ accessToken, expiresAt: Number(claimsOf(accessToken)["exp"]) * 1000 });
      this.ready = Promise.resolve(this.#launched);
    } else if (secret) {
      this.credential = "secret";
      this.#who = app(key, secret);
      this.ready = Promise.resolve(null);
    } else if (ott) {
      this.credential = "xapp";
      this.#who = user = new LaunchedUser(this.#wire, key, ott);
      this.ready = this.#settled(user.launch.then(({ session }) => (this.#launched = session)));
    } else {
      this.credential = "signIn";
      const name = `sealgate:${key}`;
      const { remember = "browser" } = options;
      const keep = keepFor(remember);
      const tabs = (this.#tabs = new Tabs(name, isPage()));
      const changed = (session: Session | null): void => this.#tell("session", session);
      const shared = remember === "browser" ? handover : undefined;
      const sessions = new Sessions(keep, name, tabs, this.oauth, changed, shared);
      this.#who = this.#sessions = sessions;
      const parts = { oauth: this.oauth, sessions, tabs, keep, name, issuer };
      const signIn = (this.#signIn = new SignIn(parts, options.signIn ?? {}));
      // A session from the last visit is known at once; nobody hears of it before they can listen.
      sessions.load();
      this.ready = isPage() && signIn.isAnswered ? this.#settled(signIn.resume()) : Promise.resolve(sessions.current);
    }

    const [wire, who] = [this.#wire, this.#who];
    this.payloads = new Payloads(wire, who);
    this.userTokens = new UserTokens(wire, who);
    this.userdata = new Userdata(wire, who);
    this.storage = new Storage(wire, who);
    this.push = new Push(wire, who);
    this.lookups = new Lookups(wire, who);
    this.activity = new Activity(wire, who);
    this.xapp = new XApp(wire, who, user, key, secret);
  }

  /** Who is signed in; null where nobody is, where that is not known yet (`ready`), and in back ends. */
  get session(): Session | null {
    return this.#sessions ? this.#sessions.current : this.#launched;
  }

  /**
   * Sign somebody in. Call it in the click itself: the popup opens before anything else happens. Resolves at once where
   * somebody is signed in, unless `prompt` says to sign again. After a redirect the page that is returned to goes on by
   * itself: see `ready`.
   *
   * @throws SealgateError `popup_blocked`, `popup_closed`, `access_denied`, `aborted`, and what the provider refuses.
   */
  signIn(options: SignInOptions = {}): Promise<Session> {
    if (this.#signIn) return this.#signIn.start(options);
    if (this.credential === "secret") {
      return Promise.reject(wrong("A back end signs nobody in by itself.", "Use `oauth.begin` and `oauth.finish`, or a SignIn request."));
    }
    return this.ready.then((session) => {
      if (session) return session;
      throw new SealgateError("not_signed_in", "This xApp's token is no good.", { hint: "Open the xApp again." });
    });
  }

  /** End the session in all tabs and at the server. The next sign-in asks for a signature. */
  async signOut(): Promise<void> {
    await this.#signIn?.end();
  }

  /** Return an access token that still counts, to call your own back end with. @throws SealgateError `not_signed_in`. */
  accessToken(): Promise<string> {
    if (this.#who.accessToken) return this.#who.accessToken();
    return Promise.reject(wrong("A back end has no user.", "Give `accessToken`, or let somebody sign in."));
  }

  /** Ask the provider who is signed in. */
  async userinfo(options: CallOptions = {}): Promise<UserInfo> {
    return this.oauth.userinfo(await this.accessToken(), options);
  }

  /** Ask whether the credential works: a back end hears of its app, everybody else gets the token's claims. */
  ping(options: CallOptions = {}): Promise<Pong | UserPong> {
    return call(this.#wire, this.#who, { path: "ping", ...options });
  }

  /** The same server, as a signed-in user. */
  asUser(accessToken: string): Sealgate {
    const { apiSecret: _, ott: __, ...rest } = this.#options;
    return new Sealgate({ ...rest, url: this.url, accessToken });
  }

  /** Listen to what happens, until the returned function is called. */
  on<E extends keyof Events>(event: E, listener: (news: Events[E]) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener as never));
    return () => void listeners.delete(listener as never);
  }

  /** Stop hearing other tabs; for pages that make and drop clients. */
  close(): void {
    this.#tabs?.close();
  }

  #tell<E extends keyof Events>(event: E, news: Events[E]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(news as never);
  }

  #settled(coming: Promise<Session | null>): Promise<Session | null> {
    return coming.catch((problem: unknown) => {
      const told = problem instanceof SealgateError ? problem : new SealgateError("bad_answer", String(problem), { cause: problem });
      this.#tell("error", told);
      return null;
    });
  }
}

function wrong(message: string, hint: string): SealgateError {
  return new SealgateError("configuration", message, { hint });
}

function app(key: string, secret: string): Credentials {
  const headers = { "x-api-key": key, "x-api-secret": secret };
  return { family: "platform", headers: async () => ({ ...headers }), renew: async () => false };
}

function bearer(token: string): Credentials & { accessToken(): Promise<string> } {
  const headers = { authorization: `Bearer ${token}` };
  return { family: "jwt", headers: async () => ({ ...headers }), renew: async () => false, accessToken: async () => token };
}
