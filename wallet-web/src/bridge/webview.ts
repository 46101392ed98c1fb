// The web view of a phone's wallet, imitated in a browser: `window.ReactNativeWebView` in the page, and the wallet's end
// in an isolated world of the same document, which the page cannot reach into.

import type { Transport } from "./host";

const CHANNEL = "sealgate-bridge";

/**
 * Give a page the object that pages of xApps look for. Runs in the page, before its own scripts, in the top frame alone.
 *
 * @param page The page's window.
 */
export function installPage(page: Window = window): void {
  if (page !== page.top) return;
  const { document } = page;
  const Event = (page as Window & typeof globalThis).CustomEvent;
  const postMessage = (message: unknown): void => {
    document.dispatchEvent(new Event(CHANNEL, { detail: String(message) }));
  };
  Object.defineProperty(page, "ReactNativeWebView", { value: Object.freeze({ postMessage }), enumerable: true });
}

/** The way from the isolated world to the page of the same document. */
export class WebViewTransport implements Transport {
  readonly #page: Window;

  constructor(page: Window = window) {
    this.#page = page;
  }

  listen(heard: (message: unknown) => void): () => void {
    const listener = (event: Event): void => heard((event as CustomEvent<unknown>).detail);
    this.#page.document.addEventListener(CHANNEL, listener);
    return () => this.#page.document.removeEventListener(CHANNEL, listener);
  }

  /** Dispatch a `message` event on the window, as the web view of iOS does; the package listens there and on the document. */
  tell(text: string): void {
    const { MessageEvent } = this.#page as Window & typeof globalThis;
    this.#page.dispatchEvent(new MessageEvent("message", { data: text }));
  }
}
