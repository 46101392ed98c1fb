// What an xApp can do: in the page, ask the wallet that shows it; in a back end, learn who opened it.

import { type CallOptions, call, type Credentials, type Wire } from "../caller.js";
import { SealgateError } from "../errors.js";
import { host } from "../host.js";
import type { Authorized } from "../models.js";
import { Bridge, type WalletMessage } from "./bridge.js";
import { authorize, type Context, type Launch, type LaunchedUser } from "./launch.js";

export interface Destination {
  address: string;
  tag?: number;
  name?: string;
}

export interface ChosenDestination {
  destination: Destination;
  info: Record<string, unknown>;
}

export class XApp {
  readonly #wire: Wire;
  readonly #who: Credentials;
  readonly #user: LaunchedUser | undefined;
  readonly #secret: string | undefined;
  readonly #key: string | undefined;
  #bridge: Bridge | undefined;

  /** @internal */
  constructor(wire: Wire, who: Credentials, user?: LaunchedUser, key?: string, secret?: string) {
    this.#wire = wire;
    this.#who = who;
    this.#user = user;
    this.#key = key;
    this.#secret = secret;
    if (user) this.#bridge = new Bridge();
  }

  /** Who opened this page, where, and with which parameters. @throws SealgateError 404, 410: the token is no good. */
  get launch(): Promise<Launch> {
    if (this.#user) return this.#user.launch;
    return Promise.reject(
      new SealgateError("configuration", "This page was not opened as an xApp.", {
        hint: "The address of an xApp has `xAppToken` in it, which counts once.",
      }),
    );
  }

  /** Tell the wallet that the page can be shown. Said by itself before the first command. */
  ready(): Promise<void> {
    return this.#bridged.send("ready");
  }

  /** Have a request of this app signed in the wallet. Resolves to whether it was signed. */
  async openSignRequest(payload: string | { uuid: string }): Promise<boolean> {
    const uuid = typeof payload === "string" ? payload : payload.uuid;
    const told = await this.#ask("openSignRequest", { uuid }, "payloadResolved", (message) => message["uuid"] === uuid);
    return told["reason"] === "SIGNED";
  }

  /** Have a code scanned. Resolves to its text, null where the person closed the scanner. */
  async scanQr(): Promise<string | null> {
    const { reason, qrContents } = await this.#ask("scanQr", {}, "scanQr");
    return reason === "SCANNED" ? String(qrContents) : null;
  }

  /** Have somebody chosen to send to. Resolves to null where the person closed the list. */
  async selectDestination(options: { ignoreDestinationTag?: boolean } = {}): Promise<ChosenDestination | null> {
    const { reason, destination, info } = await this.#ask("selectDestination", options, "selectDestination");
    if (reason !== "SELECTED") return null;
    return { destination: destination as Destination, info: (info ?? {}) as Record<string, unknown> };
  }

  /** Open another xApp in place, with parameters for it. */
  navigate(xApp: string, parameters: Record<string, unknown> = {}): Promise<void> {
    return this.#bridged.send("xAppNavigate", { ...parameters, xApp });
  }

  /** Open a web page in the system's browser; https only. */
  openBrowser(url: string): Promise<void> {
    return this.#bridged.send("openBrowser", { url });
  }

  /** Show what the wallet knows of a transaction. */
  showTransaction(tx: string, account: string): Promise<void> {
    return this.#bridged.send("txDetails", { tx, account });
  }

  share(text: string, title?: string): Promise<void> {
    return this.#bridged.send("share", { text, ...(title === undefined ? {} : { title }) });
  }

  /** Close this xApp. @param options `refreshEvents`: have the wallet read its list again. */
  close(options: { refreshEvents?: boolean } = {}): Promise<void> {
    return this.#bridged.send("close", options);
  }

  /** Hear of another network in the wallet, by its key, until the returned function is called. */
  onNetworkSwitch(listener: (network: string) => void): () => void {
    return this.#bridged.listen(({ method, network }) => {
      if (method === "networkSwitch") listener(String(network));
    });
  }

  /** Back ends: learn who opened the xApp, by the token of its page. It counts once. @throws SealgateError 404, 410. */
  resolve(ott: string, options: CallOptions = {}): Promise<Context> {
    return call<Context>(this.#wire, this.#who, { family: "platform", path: `xapp/ott/${ott}`, ...options });
  }

  /** Back ends: the same again, for a launch on the app's debug device. @param device UUID of that device. */
  async resolveAgain(ott: string, device: string, options: CallOptions = {}): Promise<Context> {
    const text = new host.TextEncoder().encode(`${ott}.${this.#secret ?? ""}.${device}`.toUpperCase());
    const hash = new Uint8Array((await host.crypto?.subtle?.digest("SHA-1", text)) ?? new ArrayBuffer(0));
    const hex = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return call<Context>(this.#wire, this.#who, { family: "platform", path: `xapp/ott/${ott}/${hex}`, ...options });
  }

  /** Trade a one-time token for the context and a JWT. Pages have `launch`, which does that and keeps it. */
  authorize(ott: string, options: CallOptions = {}): Promise<Authorized> {
    return authorize(this.#wire, this.#key ?? "", ott, options);
  }

  get #bridged(): Bridge {
    this.#bridge ??= new Bridge();
    return this.#bridge;
  }

  async #ask(
    command: string,
    members: object,
    method: string,
    fits: (message: WalletMessage) => boolean = () => true,
  ): Promise<WalletMessage> {
    const bridge = this.#bridged;
    let stop = (): void => {};
    const answered = new Promise<WalletMessage>((resolve) => {
      stop = bridge.listen((message) => {
        if (message.method === method && fits(message)) resolve(message);
      });
    });
    try {
      await bridge.send(command, members);
      return await answered;
    } finally {
      stop();
    }
  }
}
