// The bridge of `sealgate wallet open-xapp --browser`: the terminal is the wallet, reached through a DevTools binding.

import type { Command } from "./commands";
import type { Destination, DestinationInfo } from "./events";
import type { Permissions } from "./gates";
import { BridgeHost, type Dropped, type Handlers } from "./host";
import { WebViewTransport } from "./webview";

/** What the terminal hears: a command to answer under this number, a message without effect, or a page that is slow. */
export type Told = { ask: number; command: Command } | { dropped: Dropped } | { slow: true };

export interface Terminal {
  /** The terminal's answer to a command; undefined says that it failed. */
  answer(ask: number, result?: unknown): void;
  switchNetwork(network: string): void;
}

/** Connect the document's page with the terminal. Runs in an isolated world, before the page's own scripts. */
export function connectTerminal(
  permissions: Permissions,
  tell: (text: string) => void,
  page: Window = window,
): Terminal | null {
  if (page !== page.top) return null;
  const waiting = new Map<number, (result: unknown) => void>();
  let asked = 0;

  const send = (told: Told): void => tell(JSON.stringify(told));
  const ask = (command: Command): Promise<unknown> =>
    new Promise((resolve, reject) => {
      asked += 1;
      waiting.set(asked, (result) => (result === undefined ? reject(new Error("not answered")) : resolve(result)));
      send({ ask: asked, command });
    });
  const done = async (command: Command): Promise<void> => void (await ask(command));

  const handlers: Handlers = {
    ready: done,
    openSignRequest: async (command) => ((await ask(command)) === "SIGNED" ? "SIGNED" : "DECLINED"),
    scanQr: async (command) => (await ask(command)) as string | null,
    selectDestination: async (command) =>
      (await ask(command)) as { destination: Destination; info: DestinationInfo } | null,
    xAppNavigate: done,
    openBrowser: done,
    txDetails: done,
    share: done,
    close: done,
  };
  const host = new BridgeHost(new WebViewTransport(page), {
    permissions,
    handlers,
    onDropped: (dropped) => send({ dropped }),
    onSlow: () => send({ slow: true }),
  });
  page.addEventListener("load", () => host.loaded());

  return {
    answer(number, result) {
      waiting.get(number)?.(result);
      waiting.delete(number);
    },
    switchNetwork: (network) => host.switchNetwork(network),
  };
}
