// The page's end of the bridge to the wallet: by React Native's web view, or as a frame in a wallet that is a page.

import { SealgateError } from "../errors.js";
import { host, type MessageLike, pause } from "../host.js";

export type WalletMessage = { method: string } & Record<string, unknown>;

/** Wallets drop what comes sooner after the message before. (wallet-api 8.4) */
const SPACING_MS = 1_600;
const HANDSHAKE_MS = 5_000;
const INIT = "XAPP_PROXY_INIT";
const ACK = "XAPP_PROXY_INIT_ACK";

export class Bridge {
  readonly #listeners = new Set<(message: WalletMessage) => void>();
  #tell: Promise<(text: string) => void> | undefined;
  #last: Promise<void> = Promise.resolve();
  #saidReady = false;
  #origin: string | undefined;

  constructor() {
    const heard = (event: MessageLike): void => this.#hear(event);
    host.addEventListener?.("message", heard as never);
    // Wallets on Android tell the document.
    host.document?.addEventListener("message", heard as never);
  }

  /** Hear the wallet until the returned function is called. */
  listen(listener: (message: WalletMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Ask the wallet for something, in turn: commands wait until the wallet takes the next one. `ready`, before which it
   * takes none, is said by itself. @throws SealgateError `no_bridge` outside a wallet.
   */
  async send(command: string, members: object = {}): Promise<void> {
    if (!this.#saidReady && command !== "ready") await this.send("ready");
    const before = this.#last;
    let done = (): void => {};
    this.#last = new Promise((resolve) => {
      done = resolve;
    });
    await before;
    if (command === "ready" && this.#saidReady) return done();
    try {
      this.#tell ??= this.#connect();
      (await this.#tell)(JSON.stringify({ command, ...members }));
    } catch (problem) {
      this.#tell = undefined;
      done();
      throw problem;
    }
    if (command === "ready") this.#saidReady = true;
    void pause(SPACING_MS).then(done);
  }

  async #connect(): Promise<(text: string) => void> {
    const view = host.ReactNativeWebView;
    if (view) return (text) => view.postMessage(text);
    const { parent } = host;
    if (!parent || parent === host.window) throw noBridge();
    this.#origin = await new Promise<string>((resolve, reject) => {
      const heard = ({ data, source, origin }: MessageLike): void => {
        if (source !== parent || data !== ACK) return;
        host.clearTimeout(timer);
        host.removeEventListener?.("message", heard as never);
        resolve(origin ?? "");
      };
      const timer = host.setTimeout(() => {
        host.removeEventListener?.("message", heard as never);
        reject(noBridge());
      }, HANDSHAKE_MS);
      host.addEventListener?.("message", heard as never);
      // Who frames this page is not known yet, and this says nothing.
      parent.postMessage(INIT, "*");
    });
    return (text) => parent.postMessage(text, this.#origin as string);
  }

  #hear({ data, source, origin }: MessageLike): void {
    if (typeof data !== "string" || !data.startsWith("{")) return;
    const framed = this.#origin !== undefined;
    if (framed ? source !== host.parent || origin !== this.#origin : source && source !== host.window) return;
    let message: WalletMessage;
    try {
      message = JSON.parse(data) as WalletMessage;
    } catch {
      return;
    }
    if (typeof message.method === "string") for (const listener of [...this.#listeners]) listener(message);
  }
}

function noBridge(): SealgateError {
  return new SealgateError("no_bridge", "This page is not shown by a wallet.", {
    hint: "Try it with `sealgate wallet open-xapp ID --browser`.",
  });
}
