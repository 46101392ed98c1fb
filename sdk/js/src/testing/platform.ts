// A sandbox platform for tests: one of this run's own, or one that runs already.

import { randomBytes } from "node:crypto";
import { SealgateError } from "sealgate";
import { App } from "./app.js";
import { Clock } from "./clock.js";
import { Controls } from "./controls.js";
import { Ledger } from "./ledger.js";
import { whatWasSeen } from "./report.js";
import { Server, type ServerOptions } from "./server.js";
import { type KnownWallet, Wallet } from "./wallet.js";
import { Webhooks } from "./webhooks.js";

const LOOK_EVERY_MS = 20;
const HERE = ["localhost", "127.0.0.1"].flatMap((host) => ["", "callback", "cb"].map((path) => `http://${host}/${path}`));

/** A sign request as the platform knows it. */
export interface SignRequest {
  number: number;
  uuid: string;
  /** API key of the app. */
  app: string;
  /** Such as `SignIn` or `Payment`. */
  type: string;
  state: "created" | "opened" | "signed" | "rejected" | "cancelled" | "expired";
  addressed: boolean;
  pushed: boolean;
  created_at: string;
  identifier: string | null;
  account: string | null;
  txid: string | null;
  /** Of a rejection. */
  reason: string | null;
  /** Signatures that were not accepted. */
  refusals: string[];
}

/** How something fails: an answer that stands in, a connection that fails, a delay; so often, or until `mend`. */
export interface Fault {
  status?: number;
  drop?: boolean;
  delay_s?: number;
  times?: number;
}

/** Where a platform is, and who may control it: the variables of its `dev.env`. */
export type Environ = Record<string, string | undefined>;

/** The platform as one test sees it. */
export class Platform {
  readonly url: string;
  readonly clock: Clock;
  readonly ledger: Ledger;
  /** The variables that the code under test reads. */
  readonly environ: Record<string, string>;
  readonly apps: App[];
  private readonly wallets = new Map<string, Promise<Wallet>>();
  private readonly handedOut = new Set<string>();
  private readonly logOffset: number;

  private constructor(
    readonly controls: Controls,
    environ: Environ,
    /** The app under test. */
    readonly app: App,
    private readonly ownWallet: string,
    readonly isShared: boolean,
    private readonly server: Server | undefined,
  ) {
    this.url = controls.url;
    this.apps = [app];
    this.clock = new Clock(controls);
    const rpc = environ["SEALGATE_LEDGER_RPC"] ?? `${this.url}/__dev/ledger`;
    const socket = environ["SEALGATE_LEDGER_WS"] ?? rpc.replace(/^http/, "ws");
    this.ledger = new Ledger(rpc, socket);
    this.environ = { ...app.environ, SEALGATE_LEDGER_RPC: rpc, SEALGATE_LEDGER_WS: socket };
    this.logOffset = server?.said ?? 0;
  }

  /** The platform as new: a reset, or where it is shared with others an app and a wallet of the test's own. */
  static async fresh(environ: Environ, { isShared, server }: { isShared: boolean; server?: Server | undefined }): Promise<Platform> {
    const { SEALGATE_URL: url, SEALGATE_ADMIN_TOKEN: token, SEALGATE_API_KEY: key, SEALGATE_API_SECRET: secret } = environ;
    if (!url || !token) {
      throw new SealgateError("configuration", "SEALGATE_URL names a platform, and SEALGATE_ADMIN_TOKEN is not set.", {
        hint: "Load the dev.env that this `sealgate dev` wrote, or leave SEALGATE_URL out and one is started.",
      });
    }
    const controls = new Controls(url.replace(/\/$/, ""), token);
    if (isShared) {
      const app = await App.create(controls, `Test ${randomBytes(4).toString("hex")}`, { redirect_uris: HERE });
      return new Platform(controls, environ, app, `test-${randomBytes(8).toString("hex")}`, true, server);
    }
    await controls.dev("POST", "/reset");
    return new Platform(controls, environ, new App(controls, key ?? "", secret ?? ""), "alice", false, server);
  }

  /** A wallet, made and paired where there is none: `platform.wallet("bob")` is a further person. */
  wallet(name?: string): Promise<Wallet> {
    const own = this.ownWallet;
    const called = name === undefined ? own : this.isShared ? `${name}-${own.slice(5)}` : name;
    let found = this.wallets.get(called);
    if (found === undefined) {
      found = this.controls
        .dev<KnownWallet>("POST", "/wallets", { name: called })
        .then((known) => new Wallet(this.controls, known, (limit) => this.nextRequest(limit)));
      this.wallets.set(called, found);
    }
    return found;
  }

  /** An endpoint for the app's webhooks; close it at the end. */
  webhooks(): Promise<Webhooks> {
    return Webhooks.open(this.controls, this.app.apiKey);
  }

  /** Register a further app, with settings as the operators' API takes them. */
  async createApp(name: string, settings: object = {}): Promise<App> {
    const app = await App.create(this.controls, name, settings);
    this.apps.push(app);
    return app;
  }

  /** The sign requests of the test's apps, the first one first, fifty for each app at the most. */
  async requests(): Promise<SignRequest[]> {
    const pages = await Promise.all(
      this.apps.map((app) => this.controls.dev<{ requests: SignRequest[] }>("GET", `/requests?app=${app.apiKey}`)),
    );
    return pages.flatMap((page) => page.requests).sort((one, other) => one.number - other.number);
  }

  /** A sign request of the test's apps. */
  async request(uuid: string): Promise<SignRequest> {
    const found = (await this.requests()).find((one) => one.uuid === uuid);
    if (found === undefined) throw new Error(`no app of this test has made the request ${uuid}`);
    return found;
  }

  failWebhooks(how: Fault): Promise<unknown> {
    return this.controls.dev("PUT", "/faults/webhooks", how);
  }

  failPushes(how: Fault): Promise<unknown> {
    return this.controls.dev("PUT", "/faults/push", how);
  }

  failLedger(how: Omit<Fault, "status">): Promise<unknown> {
    return this.controls.dev("PUT", "/faults/ledger", how);
  }

  /** Let everything work again. */
  mend(): Promise<unknown> {
    return this.controls.dev("DELETE", "/faults");
  }

  /** Cut every status socket without a word, as a network does, and return how many there were. */
  async cutSockets(): Promise<number> {
    return (await this.controls.dev<{ cut: number }>("POST", "/sockets/cut")).cut;
  }

  /** What the platform saw in this test, for people: requests, calls, deliveries, the server's words. */
  saw(): Promise<string> {
    return whatWasSeen(this, this.server?.saidSince(this.logOffset) ?? "");
  }

  private async nextRequest(timeoutMs: number): Promise<SignRequest> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const there = await this.requests();
      const next = there.find((one) => ["created", "opened"].includes(one.state) && !this.handedOut.has(one.uuid));
      if (next !== undefined) {
        this.handedOut.add(next.uuid);
        return next;
      }
      if (performance.now() >= deadline) {
        const listed = there.map((one) => `${one.type} ${one.uuid} is ${one.state}`).join("; ") || "there is none at all";
        throw new Error(`no new sign request of the app came in ${timeoutMs / 1000} s: ${listed}`);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }
}

/** Where the platforms of a run come from: a process of its own, or the one that SEALGATE_URL names. */
export class Source {
  private constructor(
    private readonly server: Server | undefined,
    /** The variables of the platform, the admin token among them. */
    readonly environ: Environ,
  ) {}

  /** Whether others use it, too. */
  get isShared(): boolean {
    return this.server === undefined;
  }

  static async open(options: ServerOptions = {}): Promise<Source> {
    if (process.env["SEALGATE_URL"]) return new Source(undefined, { ...process.env });
    const server = await Server.start(options);
    return new Source(server, server.env);
  }

  /** The platform as new; one that is not ours stays as it is, and the test gets an app and a wallet of its own. */
  fresh(): Promise<Platform> {
    return Platform.fresh(this.environ, { isShared: this.isShared, server: this.server });
  }

  /** End what was started. */
  async close(): Promise<void> {
    await this.server?.stop();
  }
}

/** Start a platform, without a test runner. Close it at the end: `await platform.stop()`. */
export async function startPlatform(options: ServerOptions = {}): Promise<Platform & { stop(): Promise<void> }> {
  const source = await Source.open(options);
  return Object.assign(await source.fresh(), { stop: () => source.close() });
}
