// One session with an xApp: launched, shown, asked and answered, led on to another one, closed.

import { BridgeHost, type Dropped, FrameTransport, type Handlers, type CommandOf } from "../bridge";
import type { Destination, DestinationInfo } from "../bridge";
import type { Launch, LaunchOrder, LaunchOrigin, Members, WalletServer } from "../server";
import { type NotFramed, frameable } from "./frameable";

/** xApps switch features on by the version of the phone's wallet; this is one that can do what ours can. */
const WALLET_VERSION = "2.9.1";

const NO_RELOAD = "NETWORK_SWITCH_EVENT_NO_RELOAD";
const NO_CONFIRMATION = "URL_LAUNCH_NO_CONFIRMATION";

/** Which xApp, and what led to it. */
export interface Opening {
  identifier: string;
  origin: LaunchOrigin;
  /** What goes with the origin: `content` of a code, `url` of a link, `payload` of an event. */
  originData?: Members;
  /** Those of the link that named it. */
  parameters?: Members;
}

/** What the wallet says of itself. `account` null: the server takes the user's first; `network` null: the xApp's own. */
export interface LaunchSettings {
  account: string | null;
  network: string | null;
  locale: string;
  currency: string;
  style: "light" | "dark";
  /** A node of the network, as the wallet has it. */
  node?: string;
}

/** What is in front of the page until it is answered. A `null` answer is the person closing it. */
export type Asked =
  | { kind: "sign"; uuid: string; answer: (reason: "SIGNED" | "DECLINED") => void }
  | { kind: "scan"; answer: (text: string | null) => void }
  | { kind: "destination"; withTag: boolean; answer: (chosen: Chosen | null) => void }
  | { kind: "browse"; url: string; answer: (agreed: boolean) => void }
  | { kind: "transaction"; txid: string; account: string; answer: (seen: true) => void }
  | { kind: "share"; title: string | null; text: string; answer: (seen: true) => void };
export type AskedOf<K extends Asked["kind"]> = Extract<Asked, { kind: K }>;

interface Chosen {
  destination: Destination;
  info: DestinationInfo;
}

export type SessionState =
  | { at: "launching" }
  /** `launch` is new with each launch: the frame is, too. */
  | { at: "open"; launch: Launch; origin: string; isReady: boolean; isSlow: boolean; asked: Asked | null }
  | { at: "refused"; why: NotFramed; launch: Launch }
  | { at: "failed"; problem: unknown }
  | { at: "closed" };

export interface SessionOptions {
  server: Pick<WalletServer, "launchXapp" | "xappInfo">;
  opening: Opening;
  settings: LaunchSettings;
  /** Addresses of the wallet's own accounts: details of a transaction are shown for these only. */
  accounts: () => readonly string[];
  /** The wallet's origin. */
  own: string;
  dev: boolean;
  onState: (state: SessionState) => void;
  /** The page asked for something, so somebody is there. */
  onHeard?: () => void;
  /** A message of the page had no effect: for its developer, in the browser's console. */
  onDropped?: (dropped: Dropped) => void;
  /** Open a web page; called only where the person agreed, or the xApp may without asking. */
  openPage: (url: string) => void;
  /** Whether the person has just pressed something, so that the browser lets a page be opened. */
  wasPressed?: () => boolean;
}

/** See `onState` for what to draw. `begin` starts it; `end` is to be called when it is left. */
export class XAppSession {
  readonly #options: SessionOptions;
  #settings: LaunchSettings;
  #opening: Opening;
  #navigate: Members = {};
  #state: SessionState = { at: "launching" };
  #host: BridgeHost | null = null;
  #number = 0;
  #ended = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#opening = options.opening;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Launch, also again after a failure. */
  async begin(): Promise<void> {
    this.#hangUp();
    this.#number += 1;
    const number = this.#number;
    this.#show({ at: "launching" });
    try {
      const launch = await this.#options.server.launchXapp(this.#opening.identifier, this.#order());
      if (number !== this.#number || this.#ended) return;
      const framed = frameable(launch.url, this.#options.own, this.#options.dev);
      if ("refused" in framed) return this.#show({ at: "refused", why: framed.refused, launch });
      const { origin } = framed;
      this.#show({ at: "open", launch, origin, isReady: false, isSlow: false, asked: null });
    } catch (problem) {
      if (number === this.#number) this.#show({ at: "failed", problem });
    }
  }

  /** The frame is there, and empty: listen to it, then give it the launch's address. */
  attach(frame: HTMLIFrameElement): void {
    const state = this.#state;
    if (state.at !== "open") return;
    this.#host?.end();
    const host = new BridgeHost(new FrameTransport(frame, state.origin), {
      permissions: state.launch.permissions,
      handlers: this.#handlers(state.launch),
      ...(this.#options.onDropped === undefined ? {} : { onDropped: this.#options.onDropped }),
      onSlow: () => this.#change({ isSlow: true }),
    });
    this.#host = host;
    frame.addEventListener("load", () => host.loaded());
    frame.src = state.launch.url;
  }

  /** Another account: launch anew. */
  useAccount(account: string): void {
    this.#settings = { ...this.#settings, account };
    void this.begin();
  }

  /** Another network: an xApp that can do without is told, the others are launched anew. */
  async useNetwork(network: string, node?: string): Promise<void> {
    const { node: _, ...settings } = this.#settings;
    this.#settings = { ...settings, network, ...(node === undefined ? {} : { node }) };
    if (await this.#staysOn(network)) this.#host?.switchNetwork(network);
    else await this.begin();
  }

  /** The person closes it. */
  close(): void {
    this.#hangUp();
    this.#show({ at: "closed" });
  }

  /** It is left: hear, tell and show nothing more. */
  end(): void {
    this.#ended = true;
    this.#number += 1;
    this.#hangUp();
  }

  #order(): LaunchOrder {
    const { account, network, node, ...said } = this.#settings;
    const { origin, originData = {}, parameters = {} } = this.#opening;
    return {
      version: WALLET_VERSION,
      ...said,
      ...(account === null ? {} : { account }),
      ...(network === null ? {} : { nodetype: network }),
      ...(node === undefined ? {} : { nodewss: node }),
      origin: { type: origin, data: originData },
      parameters,
      xAppNavigateData: this.#navigate,
    };
  }

  async #staysOn(network: string): Promise<boolean> {
    const state = this.#state;
    if (state.at !== "open" || !state.launch.permissions.special.includes(NO_RELOAD)) return false;
    const info = await this.#options.server.xappInfo(state.launch.identifier).catch(() => null);
    return info !== null && (info.networks.length === 0 || info.networks.includes(network));
  }

  #handlers(launch: Launch): Handlers {
    return {
      ready: () => this.#change({ isReady: true, isSlow: false }),
      openSignRequest: ({ uuid }) => this.#ask((answer) => ({ kind: "sign", uuid, answer })),
      scanQr: () => this.#ask((answer) => ({ kind: "scan", answer })),
      selectDestination: ({ ignoreDestinationTag }) =>
        this.#ask((answer) => ({ kind: "destination", withTag: !ignoreDestinationTag, answer })),
      xAppNavigate: (command) => void this.#goOn(command),
      openBrowser: ({ url }) => this.#browse(url, launch),
      txDetails: async ({ tx: txid, account }) => {
        if (this.#options.accounts().includes(account)) {
          await this.#ask((answer) => ({ kind: "transaction", txid, account, answer }));
        }
      },
      share: async ({ text, title = null }) => {
        await this.#ask((answer) => ({ kind: "share", title, text, answer }));
      },
      close: () => this.close(),
    };
  }

  #goOn(command: CommandOf<"xAppNavigate">): Promise<void> {
    this.#opening = { identifier: command.xApp, origin: "XAPP" };
    // The next xApp gets the command as it was said, title and all.
    this.#navigate = command.data;
    return this.begin();
  }

  async #browse(url: string, launch: Launch): Promise<void> {
    const mayOpen = launch.permissions.special.includes(NO_CONFIRMATION) && (this.#options.wasPressed?.() ?? false);
    if (mayOpen || (await this.#ask<boolean>((answer) => ({ kind: "browse", url, answer })))) this.#options.openPage(url);
  }

  /** Put something in front of the page. Whatever is there already stays, and this has no effect. */
  #ask<A>(make: (answer: (answered: A) => void) => Asked): Promise<A> {
    this.#options.onHeard?.();
    return new Promise((resolve, reject) => {
      const state = this.#state;
      if (state.at !== "open" || state.asked !== null) return reject(new Error("something else is shown"));
      const answer = (answered: A): void => {
        this.#change({ asked: null });
        resolve(answered);
      };
      this.#change({ asked: make(answer) });
    });
  }

  #change(changes: Partial<Extract<SessionState, { at: "open" }>>): void {
    if (this.#state.at === "open" && !this.#ended) this.#show({ ...this.#state, ...changes });
  }

  #show(state: SessionState): void {
    if (this.#ended) return;
    this.#state = state;
    this.#options.onState(state);
  }

  #hangUp(): void {
    this.#host?.end();
    this.#host = null;
  }
}
