// The wallet's end of the bridge: reads messages, keeps the gates, asks the wallet, tells the page.

import { type Command, type CommandName, type CommandOf, type Malformed, readCommand } from "./commands";
import { type Destination, type DestinationInfo, type WalletEvent, writeEvent } from "./events";
import { type Closed, Gates, type Permissions, SLOW_AFTER_MS } from "./gates";
import { isSecret } from "./secrets";

/**
 * Between a cause and the event that tells of it, at least. Where the gates are closed for longer, the event waits for
 * them: pages answer events at once, and what they say then must not be dropped because somebody signed quickly.
 */
export const EVENT_DELAY_MS = 250;

type Handler<N extends CommandName, Result> = (command: CommandOf<N>) => Result | Promise<Result>;

/** What the wallet does. A page that asks for what is optional here and absent is told nothing. */
export interface Handlers {
  ready: Handler<"ready", void>;
  /** Show the request and let the person answer it. */
  openSignRequest: Handler<"openSignRequest", "SIGNED" | "DECLINED">;
  /** Return what was scanned, or null when the person closed the scanner. */
  scanQr: Handler<"scanQr", string | null>;
  /** Return whom the person chose, or null. */
  selectDestination: Handler<"selectDestination", { destination: Destination; info: DestinationInfo } | null>;
  /** Launch another xApp in place. */
  xAppNavigate: Handler<"xAppNavigate", void>;
  openBrowser: Handler<"openBrowser", void>;
  txDetails: Handler<"txDetails", void>;
  share: Handler<"share", void>;
  close: Handler<"close", void>;
  kycVeriff?: Handler<"kycVeriff", unknown>;
  requestInAppPurchase?: Handler<"requestInAppPurchase", boolean>;
  getLogs?: Handler<"getLogs", unknown>;
}

/** Why a message had no effect. */
export type Dropped =
  | Malformed
  | ({ command: CommandName } & (Closed | { why: "busy" | "unsupported" }))
  | { why: "failed"; command: CommandName; problem: unknown };

/** A way to a page. */
export interface Transport {
  /** Take messages until the returned function is called. */
  listen(heard: (message: unknown) => void): () => void;
  /** Hand a written event to the page that is heard. */
  tell(text: string): void;
}

export interface HostOptions {
  permissions: Permissions;
  handlers: Handlers;
  /** A message had no effect. For the developer's eyes, never the page's. */
  onDropped?: (dropped: Dropped) => void;
  /** The page has not said `ready` in time. */
  onSlow?: () => void;
  now?: () => number;
}

/** The commands that put something in front of the page: one at a time. */
const OVERLAYS: ReadonlySet<CommandName> = new Set([
  "openSignRequest",
  "scanQr",
  "selectDestination",
  "kycVeriff",
  "requestInAppPurchase",
  "getLogs",
]);

/**
 * The bridge to one document. A new launch needs a new one: answers that belong to the page before never reach the next.
 *
 * A handler that fails counts as the person having closed what was shown, so a page never waits for ever.
 */
export class BridgeHost {
  readonly #gates: Gates;
  readonly #options: HostOptions;
  readonly #transport: Transport;
  readonly #stop: () => void;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #busy = false;
  #ended = false;

  constructor(transport: Transport, options: HostOptions) {
    this.#options = options;
    this.#transport = transport;
    this.#gates = new Gates(options.permissions, options.now ?? (() => performance.now()));
    this.#stop = transport.listen((message) => void this.#hear(message));
    if (this.#gates.waitsForReady) {
      this.#later(SLOW_AFTER_MS, () => {
        if (!this.#gates.isOpen) options.onSlow?.();
      });
    }
  }

  /** The document has loaded. */
  loaded(): void {
    this.#gates.loaded();
  }

  /** Tell the page that the wallet is on another network now. */
  switchNetwork(network: string): void {
    this.#tell({ method: "networkSwitch", network });
  }

  /** Hear and tell nothing more. */
  end(): void {
    this.#ended = true;
    this.#stop();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  async #hear(message: unknown): Promise<void> {
    if (this.#ended) return;
    const read = readCommand(message);
    if (!read.ok) {
      const { ok: _, ...malformed } = read;
      return this.#drop(malformed);
    }
    const { command } = read;
    const name = command.command;
    const overlay = OVERLAYS.has(name);
    if (overlay && this.#busy) return this.#drop({ why: "busy", command: name });
    const closed = this.#gates.pass(name);
    if (closed !== null) return this.#drop({ ...closed, command: name });
    if (this.#options.handlers[name] === undefined) return this.#drop({ why: "unsupported", command: name });
    if (overlay) this.#busy = true;
    try {
      const event = await this.#answer(command);
      if (event !== null) this.#tell(event);
    } catch (problem) {
      this.#drop({ why: "failed", command: name, problem });
      const event = closedBy(command);
      if (event !== null) this.#tell(event);
    } finally {
      if (overlay) this.#busy = false;
    }
  }

  async #answer(command: Command): Promise<WalletEvent | null> {
    const { handlers } = this.#options;
    switch (command.command) {
      case "openSignRequest":
        return { method: "payloadResolved", reason: await handlers.openSignRequest(command), uuid: command.uuid };
      case "scanQr":
        return scanned(await handlers.scanQr(command));
      case "selectDestination": {
        const chosen = await handlers.selectDestination(command);
        if (chosen === null) return { method: "selectDestination", reason: "USER_CLOSE" };
        const { tag, ...untagged } = chosen.destination;
        const destination = command.ignoreDestinationTag || tag === undefined ? untagged : { ...untagged, tag };
        return { method: "selectDestination", reason: "SELECTED", destination, info: chosen.info };
      }
      case "kycVeriff":
        return { method: "kycVeriff", result: await handlers.kycVeriff?.(command) };
      case "getLogs":
        return { method: "getLogs", result: await handlers.getLogs?.(command) };
      case "requestInAppPurchase": {
        const successPurchase = (await handlers.requestInAppPurchase?.(command)) ?? false;
        return { method: "requestInAppPurchase", successPurchase };
      }
      case "ready":
        await handlers.ready(command);
        return null;
      case "xAppNavigate":
        await handlers.xAppNavigate(command);
        return null;
      case "openBrowser":
        await handlers.openBrowser(command);
        return null;
      case "txDetails":
        await handlers.txDetails(command);
        return null;
      case "share":
        await handlers.share(command);
        return null;
      case "close":
        await handlers.close(command);
        return null;
    }
  }

  #tell(event: WalletEvent): void {
    const delay_ms = Math.max(EVENT_DELAY_MS, this.#gates.closedFor_ms);
    this.#later(delay_ms, () => this.#transport.tell(writeEvent(event)));
  }

  #later(delay_ms: number, act: () => void): void {
    if (this.#ended) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, delay_ms);
    this.#timers.add(timer);
  }

  #drop(dropped: Dropped): void {
    this.#options.onDropped?.(dropped);
  }
}

function scanned(contents: string | null): WalletEvent {
  if (contents === null) return { method: "scanQr", reason: "USER_CLOSE" };
  if (isSecret(contents)) return { method: "scanQr", reason: "INVALID_QR" };
  return { method: "scanQr", reason: "SCANNED", qrContents: contents };
}

function closedBy(command: Command): WalletEvent | null {
  switch (command.command) {
    case "openSignRequest":
      return { method: "payloadResolved", reason: "DECLINED", uuid: command.uuid };
    case "scanQr":
    case "selectDestination":
      return { method: command.command, reason: "USER_CLOSE" };
    case "requestInAppPurchase":
      return { method: "requestInAppPurchase", successPurchase: false };
    case "kycVeriff":
    case "getLogs":
      return { method: command.command, result: null };
    default:
      return null;
  }
}
