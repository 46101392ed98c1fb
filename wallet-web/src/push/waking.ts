// Whether this browser is woken, and switching it on and off.

import type { WalletServer } from "../server";

/**
 * `unsupported`: the browser has no Web Push, or shows it to installed apps only (`install_first`). `blocked`: the person,
 * or the browser for them, has forbidden notifications; only the browser's settings undo that. `off`. `on`. `lost`: it
 * was on, and the browser or its push service have forgotten it.
 */
export type WakingState = "unsupported" | "install_first" | "blocked" | "off" | "on" | "lost";

/**
 * Why it was not switched on: the person said no, or closed the question; the browser reaches no push service, or has
 * none built in; the server does not call that service.
 */
export type PushRefusal = "blocked" | "dismissed" | "no_service" | "refused_by_server";

export class PushRefused extends Error {
  constructor(
    readonly reason: PushRefusal,
    options?: ErrorOptions,
  ) {
    super(reason, options);
    this.name = "PushRefused";
  }
}

type Server = Pick<WalletServer, "pushState" | "subscribePush" | "unsubscribePush">;

/** Web Push for the device that this browser is. Problems with the server pass through: ServerRefused, Offline. */
export class Waking {
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
  }

  /** What can be told without asking anybody; `off` where only the server knows. */
  static get possible(): "unsupported" | "install_first" | "blocked" | "off" {
    if (!("serviceWorker" in navigator) || !("PushManager" in globalThis) || !("Notification" in globalThis)) {
      return needsInstalling() ? "install_first" : "unsupported";
    }
    return Notification.permission === "denied" ? "blocked" : "off";
  }

  async state(): Promise<WakingState> {
    const possible = Waking.possible;
    if (possible !== "off") return possible;
    const [here, there] = await Promise.all([ownSubscription(), this.#server.pushState()]);
    if (there.subscription === null) return here === null ? "off" : "lost";
    return here?.endpoint === there.subscription.endpoint ? "on" : "lost";
  }

  /**
   * Ask the person, subscribe with the browser's push service, and tell the server. To be called from a press.
   *
   * @throws PushRefused
   */
  async switchOn(): Promise<void> {
    const answer = await Notification.requestPermission();
    if (answer !== "granted") throw new PushRefused(answer === "denied" ? "blocked" : "dismissed");
    await this.#subscribe();
  }

  async switchOff(): Promise<void> {
    await (await ownSubscription())?.unsubscribe();
    await this.#server.unsubscribePush();
  }

  /** Take up again what was on and got lost on the way; to be called when the wallet starts. Tells what is so now. */
  async renew(): Promise<WakingState> {
    const state = await this.state();
    if (state !== "lost" || Notification.permission !== "granted") return state;
    await this.#subscribe();
    return "on";
  }

  async #subscribe(): Promise<void> {
    const { application_server_key } = await this.#server.pushState();
    const { pushManager } = await navigator.serviceWorker.ready;
    const earlier = await pushManager.getSubscription();
    const key = fromBase64Url(application_server_key);
    // A subscription is bound to a key for good; one with another server's is in the way.
    if (earlier !== null && !isSame(earlier.options.applicationServerKey, key)) await earlier.unsubscribe();
    const subscription = await pushManager
      .subscribe({ userVisibleOnly: true, applicationServerKey: key })
      .catch((problem: unknown) => {
        throw new PushRefused("no_service", { cause: problem });
      });
    try {
      await this.#server.subscribePush(subscription.toJSON());
    } catch (problem) {
      await subscription.unsubscribe();
      if (isBadEndpoint(problem)) throw new PushRefused("refused_by_server", { cause: problem });
      throw problem;
    }
  }
}

async function ownSubscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration("/wallet/");
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/** On iOS and iPadOS only what is on the home screen gets pushes. */
function needsInstalling(): boolean {
  const isApple = /iPhone|iPad/.test(navigator.userAgent) || (/Mac/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
  return isApple && !matchMedia("(display-mode: standalone)").matches;
}

function isBadEndpoint(problem: unknown): boolean {
  return problem instanceof Error && (problem as { code?: unknown }).code === 830;
}

function isSame(one: ArrayBuffer | null, other: Uint8Array): boolean {
  if (one === null || one.byteLength !== other.length) return false;
  const bytes = new Uint8Array(one);
  return other.every((byte, index) => byte === bytes[index]);
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
