// For projects that use the package `xumm`: the same class, with one more thing to say, where your Sealgate is.
//
//   import { Xumm } from "sealgate/xumm";
//   const xumm = new Xumm("your-api-key", undefined, { url: "https://sign.example.org" });

import { SealgateError } from "../errors.js";
import { environment, isPage } from "../host.js";
import { claimsOf, type UserInfo } from "../oauth.js";
import { Sealgate, type SealgateOptions } from "../sealgate.js";
import type { Session } from "../auth/session.js";
import type { Context } from "../xapp/launch.js";
import { Emitter } from "./emitter.js";
import { Payload } from "./payload.js";
import { type ApplicationDetails, BackendStore, Helpers, Push, UserStore } from "./stores.js";
import { XApp } from "./xapp.js";

export type { ApplicationDetails, Context as xAppOttData };
export type * from "./payload.js";
export { XApp };

export interface XummProfile {
  slug: string | null;
  profileUrl: string | null;
  accountSlug: string | null;
  payString: string | null;
}

export interface ResolvedFlow {
  sdk: Sdk;
  jwt: string;
  me: UserInfo;
}

export interface Environment {
  ott: Promise<Context | undefined>;
  jwt: Promise<Record<string, unknown> | undefined>;
  openid: Promise<UserInfo | undefined>;
  bearer: Promise<string>;
  retrieving: Promise<void>;
  ready: Promise<void>;
  success: Promise<void>;
  retrieved: Promise<void>;
}

/** What `authorize()` hands out beside the token: the calls of `xumm-sdk` under its names. */
export class Sdk extends Helpers {
  readonly payload: Payload;
  readonly jwtUserdata: UserStore;
  readonly storage: BackendStore;
  readonly Push: Push;
  readonly #client: () => Promise<Sealgate>;

  constructor(client: () => Promise<Sealgate>) {
    super(client);
    this.#client = client;
    this.payload = new Payload(client);
    this.jwtUserdata = new UserStore(client);
    this.storage = new BackendStore(client);
    this.Push = new Push(client);
  }

  async getJwt(): Promise<string | undefined> {
    return (await this.#client()).accessToken();
  }
}

/** Who is signed in. Each resolves once somebody is, and tells of whoever that is at that time; of nobody in a back end. */
export class UnifiedUserData {
  readonly #known: () => Promise<Known>;

  constructor(known: () => Promise<Known>) {
    this.#known = known;
  }

  get account(): Promise<string | undefined> {
    return this.#known().then(({ account }) => account);
  }

  get picture(): Promise<string | undefined> {
    return this.#known().then(({ info, url, account }) => info?.picture ?? (account && `${url}/avatar/${account}.png`));
  }

  get name(): Promise<string | undefined> {
    return this.#told("name");
  }

  get domain(): Promise<string | undefined> {
    return this.#told("domain");
  }

  get source(): Promise<string | undefined> {
    return this.#told("source");
  }

  get blocked(): Promise<boolean | undefined> {
    return this.#told("blocked");
  }

  get kycApproved(): Promise<boolean | undefined> {
    return this.#told("kycApproved");
  }

  get proSubscription(): Promise<boolean | undefined> {
    return this.#told("proSubscription");
  }

  get profile(): Promise<XummProfile | undefined> {
    return this.#told<XummProfile>("profile").then((profile) => (profile?.slug ? profile : undefined));
  }

  get networkType(): Promise<string | undefined> {
    return this.#network("networkType", "network_type", "nodetype");
  }

  get networkEndpoint(): Promise<string | undefined> {
    return this.#network("networkEndpoint", "network_endpoint", "nodewss");
  }

  get networkId(): Promise<number | undefined> {
    return this.#network("networkId", "network_id", "networkid");
  }

  get token(): Promise<string | null> {
    return this.#known().then(({ claims }) => (claims["usertoken_uuidv4"] as string | undefined) ?? null);
  }

  /** From the provider, else from what the wallet told the xApp. */
  #told<T>(name: string): Promise<T | undefined> {
    return this.#known().then(({ info, context }) => (info?.[name] ?? context?.account_info?.[name]) as T | undefined);
  }

  #network<T>(told: string, claimed: string, launched: string): Promise<T | undefined> {
    return this.#known().then(({ info, claims, context }) => {
      return (info?.[told] ?? claims[claimed] ?? context?.[launched]) as T | undefined;
    });
  }
}

/** All there is to know of who is signed in. */
interface Known {
  account?: string;
  claims: Session["claims"];
  url: string;
  info: UserInfo | undefined;
  context: Context | undefined;
}

let endpoint: string | undefined;

/** Say where your Sealgate is, once for every `Xumm` that is made without saying so. */
export function setEndpoint(url: string): void {
  endpoint = url;
}

export class Xumm extends Emitter {
  readonly runtime: { cli: boolean; browser: boolean; xapp: boolean };
  readonly state = { account: "", signedIn: false };
  readonly user: UnifiedUserData;
  readonly environment: Environment;
  readonly payload: Payload;
  readonly helpers: Helpers;
  readonly push: Push;
  readonly xapp?: XApp;
  readonly userstore?: UserStore;
  readonly backendstore?: BackendStore;
  /** The client underneath, with all that the package never had. */
  readonly sealgate: Sealgate;
  readonly #sdk: Sdk;
  /** Resolves once somebody is signed in; another one after each logout. */
  #signedIn: Promise<Session>;
  #signed: (session: Session) => void = () => {};
  #info: { of: Session; told: Promise<UserInfo | undefined> } | undefined;

  /**
   * @param apiKeyOrJwt The app's API key, or a user's token.
   * @param apiSecretOrOtt In a back end the API secret; in a page an xApp's one-time token, if the address has none.
   */
  constructor(apiKeyOrJwt: string, apiSecretOrOtt?: string, options: SealgateOptions = {}) {
    super();
    const url = options.url ?? endpoint ?? environment("SEALGATE_URL");
    this.sealgate = new Sealgate({ ...options, ...(url ? { url } : {}), ...credentialOf(apiKeyOrJwt, apiSecretOrOtt) });
    const { credential } = this.sealgate;
    this.runtime = { cli: !isPage(), browser: isPage() && credential !== "xapp", xapp: credential === "xapp" };
    this.#signedIn = this.#nextSession();
    this.user = new UnifiedUserData(() => this.#known());

    const client = async (): Promise<Sealgate> => {
      if (credential !== "secret") await this.#signedIn;
      return this.sealgate;
    };
    this.#sdk = new Sdk(client);
    this.payload = new Payload(client);
    this.helpers = new Helpers(client);
    this.push = new Push(client);
    if (credential === "secret") this.backendstore = new BackendStore(client);
    else this.userstore = new UserStore(client);
    if (credential === "xapp") {
      this.xapp = new XApp();
      for (const event of ["qr", "payload", "destination", "networkswitch"]) {
        this.xapp.on(event, (data: unknown) => this.emit(event, data));
      }
    }
    const heard = (event: string): Promise<void> => new Promise((resolve) => this.once(event, () => resolve()));
    const has_user = credential !== "secret";
    this.environment = {
      ott: credential === "xapp" ? this.#known().then(({ context }) => context) : Promise.resolve(undefined),
      jwt: has_user ? this.#signedIn.then(({ claims }) => ({ ...claims })) : Promise.resolve(undefined),
      openid: credential === "signIn" || credential === "token" ? this.#known().then(({ info }) => info) : Promise.resolve(undefined),
      bearer: has_user ? this.#signedIn.then(() => this.sealgate.accessToken()) : new Promise(() => {}),
      retrieving: heard("retrieving"),
      ready: heard("ready"),
      success: heard("success"),
      retrieved: heard("retrieved"),
    };
    void this.#begin();
  }

  /** Sign somebody in. As in the package, a refusal is what it resolves to: look for an Error. */
  async authorize(): Promise<ResolvedFlow | undefined | Error> {
    if (this.sealgate.credential !== "signIn") return undefined;
    try {
      // Not awaited before: the window must open in the click.
      await this.sealgate.signIn();
      return await this.#flow();
    } catch (problem) {
      this.emit("error", problem);
      return problem as Error;
    }
  }

  async logout(): Promise<void> {
    if (this.sealgate.credential !== "signIn" || !this.state.signedIn) return;
    await this.sealgate.signOut();
  }

  ping(): Promise<ApplicationDetails> {
    return this.helpers.ping();
  }

  /** Tell what happens, in the order of the package; listeners are there by the time the first is told. */
  async #begin(): Promise<void> {
    const { credential } = this.sealgate;
    if (credential === "signIn") {
      this.sealgate.on("session", (session) => (session ? this.#enter(session) : this.#leave()));
      this.sealgate.on("error", (error) => this.emit("error", error));
    }
    await Promise.resolve();
    if (isPage() && !this.sealgate.session) this.emit("retrieving");
    const session = await this.sealgate.ready;
    if (credential === "xapp" && !session) return void this.emit("error", new SealgateError("configuration", "The launch was refused."));
    if (session) {
      if (credential === "xapp") this.emit("retrieved");
      this.#enter(session);
      if (credential !== "xapp") this.emit("retrieved");
    }
    this.emit("ready");
  }

  #enter(session: Session): void {
    const known = this.state.signedIn && this.state.account === session.account;
    Object.assign(this.state, { account: session.account, signedIn: true });
    this.#signed(session);
    if (!known) this.emit("success");
  }

  #leave(): void {
    Object.assign(this.state, { account: "", signedIn: false });
    this.#signedIn = this.#nextSession();
    this.#info = undefined;
    this.emit("logout");
    this.emit("loggedout");
  }

  #nextSession(): Promise<Session> {
    return new Promise((resolve) => {
      this.#signed = resolve;
    });
  }

  async #known(): Promise<Known> {
    const { url, credential } = this.sealgate;
    if (credential === "secret") return { claims: {}, url, info: undefined, context: undefined };
    await this.#signedIn;
    const session = this.sealgate.session as Session;
    const launch = credential === "xapp" ? await this.sealgate.xapp.launch : undefined;
    if (!launch && this.#info?.of !== session) {
      this.#info = { of: session, told: this.sealgate.userinfo().catch(() => undefined) };
    }
    const info = launch ? undefined : await this.#info?.told;
    return { account: session.account, claims: session.claims, url, info, context: launch?.context };
  }

  async #flow(): Promise<ResolvedFlow> {
    const [{ info, account = "" }, jwt] = await Promise.all([this.#known(), this.sealgate.accessToken()]);
    return { sdk: this.#sdk, jwt, me: info ?? { sub: account, account } };
  }
}

export default Xumm;

function credentialOf(keyOrJwt: string, secretOrOtt: string | undefined): SealgateOptions {
  if (keyOrJwt.split(".").length === 3) {
    const claims = claimsOf(keyOrJwt);
    if (Number(claims["exp"]) * 1000 > Date.now()) return { accessToken: keyOrJwt };
    // As in the package: an old token still tells for which app somebody may sign in.
    return { apiKey: String(claims["app_uuidv4"] ?? claims["client_id"] ?? claims["aud"] ?? "") };
  }
  if (!secretOrOtt) return { apiKey: keyOrJwt };
  return isPage() ? { apiKey: keyOrJwt, ott: secretOrOtt } : { apiKey: keyOrJwt, apiSecret: secretOrOtt };
}
