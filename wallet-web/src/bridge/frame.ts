// An xApp in a frame of a wallet that is itself a page. (wallet-api 8.6)

import type { Transport } from "./host";

const INIT = "XAPP_PROXY_INIT";
const ACK = "XAPP_PROXY_INIT_ACK";

/**
 * The transport to a frame: shakes hands with the published package, takes messages of this frame while it shows the
 * app's origin, and tells nobody else. Needs `allow-same-origin` in the frame's sandbox: a page without an origin can
 * only be addressed as whoever is there now.
 */
export class FrameTransport implements Transport {
  readonly #frame: HTMLIFrameElement;
  readonly #origin: string;
  readonly #own: Window;

  /**
   * @param origin The app's origin, as in `https://app.example`.
   * @throws Error if it is none, or the wallet's own: the app could then reach into the wallet.
   */
  constructor(frame: HTMLIFrameElement, origin: string, own: Window = window) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) throw new Error(`${origin} is not an origin`);
    if (origin === own.location.origin) throw new Error("An xApp must not share the wallet's origin");
    this.#frame = frame;
    this.#origin = origin;
    this.#own = own;
  }

  listen(heard: (message: unknown) => void): () => void {
    const listener = (event: MessageEvent<unknown>): void => {
      if (event.source !== this.#frame.contentWindow || event.origin !== this.#origin) return;
      if (event.data === INIT) this.tell(ACK);
      else heard(event.data);
    };
    this.#own.addEventListener("message", listener);
    return () => this.#own.removeEventListener("message", listener);
  }

  tell(text: string): void {
    this.#frame.contentWindow?.postMessage(text, this.#origin);
  }
}
