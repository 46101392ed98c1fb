// The server this browser is paired with: every call a wallet makes.

import { sha256, toHex, utf8 } from "./bytes";
import { fetchCard, fetchPublic, SignedCalls, type Signer } from "./calls";
import { DeviceKey } from "./device_key";
import { deviceName } from "./device_name";
import { ServerUnusable } from "./errors";
import { EventStream } from "./event_stream";
import type { ServerEvent } from "./events";
import { exclusive } from "./exclusive";
import { findKept, forget, keep, type Kept, type Pairing } from "./pairing";
import type * as wire from "./shapes";

const API = "/api/v1/app";
const LONGEST_NAME = 64;

export interface ConnectOptions {
  /** Where the server is reached. Default: the page's own origin. */
  at?: string;
  /** Name of the device in lists, 1 to 64 characters. Default: browser and system, such as "Firefox on Linux". */
  name?: string;
  /** Secret of an invitation, to become one more device of somebody's. */
  invitation?: string;
}

/** The server this browser is paired with. One device for all tabs, and for the service worker. */
export class WalletServer {
  readonly #at: string;
  readonly #calls: SignedCalls;
  #pairing: Pairing;

  private constructor(at: string, key: DeviceKey, pairing: Pairing) {
    this.#at = at;
    this.#pairing = pairing;
    this.#calls = new SignedCalls(at, signer(key, pairing.device, pairing.publicUrl));
  }

  /**
   * Take up the pairing of this browser, or pair now. With an invitation a new device is paired, in place of the one
   * there may be.
   *
   * @throws ServerRefused (820: an invitation is needed, 821: it is none), Offline, ServerUnusable
   */
  static async connect(options: ConnectOptions = {}): Promise<WalletServer> {
    const at = options.at ?? location.origin;
    // Two tabs that open at once must not become two devices.
    return exclusive("sealgate-pairing", async () => {
      const kept = await storage(() => findKept(at));
      if (kept?.pairing && options.invitation === undefined) return new WalletServer(at, new DeviceKey(kept.key), kept.pairing);
      return pair(at, kept, options);
    });
  }

  /** Take up the pairing of this browser without asking anybody; null where there is none. */
  static async resume(options: { at?: string } = {}): Promise<WalletServer | null> {
    const at = options.at ?? location.origin;
    const kept = await storage(() => findKept(at));
    return kept?.pairing ? new WalletServer(at, new DeviceKey(kept.key), kept.pairing) : null;
  }

  /** Forget the pairing and the device's key, for pairing anew. The server keeps the device until it is revoked. */
  static async forget(options: { at?: string } = {}): Promise<void> {
    await storage(() => forget(options.at ?? location.origin));
  }

  /** @internal What `pair` makes of an answer. */
  static of(at: string, key: DeviceKey, pairing: Pairing): WalletServer {
    return new WalletServer(at, key, pairing);
  }

  /** What the server said of itself when it was paired, or when `refreshCard` last asked. */
  get card(): wire.ServerCard {
    return this.#pairing.card;
  }

  /** UUID of this device. */
  get device(): string {
    return this.#pairing.device;
  }

  get user(): string {
    return this.#pairing.user;
  }

  /** The issuer it was paired with: views of another are not believed. */
  get issuer(): string {
    return this.#pairing.issuer;
  }

  /** Addresses whose codes and links are this server's. */
  get origins(): readonly string[] {
    return [...new Set([this.#at, this.card.public_url, this.#pairing.issuer])];
  }

  /** The key whose views are believed, then those that were before it, for showing. */
  get pinned(): readonly [wire.ViewKey, ...wire.ViewKey[]] {
    return this.#pairing.viewKeys;
  }

  /** Ask the server again what it says of itself. What is pinned stays pinned. */
  async refreshCard(): Promise<wire.ServerCard> {
    const card = await fetchCard(this.#at);
    await this.#keep({ ...this.#pairing, card, publicUrl: card.public_url });
    return card;
  }

  /** Believe another view key from now on: only after the holder has compared its `kid` with what the operator says. */
  async pin(key: wire.ViewKey): Promise<void> {
    await this.#keep({ ...this.#pairing, viewKeys: [key, ...this.pinned.filter((one) => one.x !== key.x)] });
  }

  /** What waits for this user, newest first; nothing vouches for it, so it is for choosing only. */
  async pending(): Promise<wire.Waiting[]> {
    return (await this.#get<{ payloads: wire.Waiting[] }>("/pending-payloads")).payloads;
  }

  /** Open a request; `openRequest` checks what comes back. */
  openPayload(uuid: string, origin: wire.Origin): Promise<wire.Opened> {
    return this.#get(`/payload/${encodeURIComponent(uuid)}?from=${origin}`);
  }

  /** Sign, decline, or report what a node said. The same answer again gets what the first one got. */
  answer(uuid: string, answer: wire.Answer): Promise<wire.Answered> {
    return this.#calls.call("PATCH", `${API}/payload/${encodeURIComponent(uuid)}`, answer, { "idempotency-key": uuid });
  }

  /** The accounts this user has proved to hold, in the order they were added. */
  async accounts(): Promise<wire.ProvedAccount[]> {
    return (await this.#get<{ accounts: wire.ProvedAccount[] }>("/accounts")).accounts;
  }

  /**
   * Prove an account. `sign` gets the object to sign with the account's master key and gives the blob in hex.
   *
   * @throws ServerUnusable `foreign_challenge`: the server passes on a challenge of another one.
   */
  async proveAccount(address: string, sign: (proof: wire.Members) => Promise<string>): Promise<{ added: boolean }> {
    const { nonce } = await this.#calls.call<{ nonce: string }>("POST", `${API}/accounts/challenge`);
    if (!nonce.startsWith(`${this.#pairing.issuer}#`)) throw new ServerUnusable("foreign_challenge");
    const txblob = await sign({
      Account: address,
      InvoiceID: toHex(await sha256(utf8(`${this.user}.${this.device}.${address}`))),
      AccountTxnID: toHex(await sha256(utf8(nonce))),
    });
    const { added } = await this.#calls.call<{ added: boolean }>("POST", `${API}/accounts`, { account: address, txblob });
    return { added };
  }

  /** Remove an account from the user's list; what it has signed stays signed. */
  async removeAccount(address: string): Promise<void> {
    await this.#calls.call("DELETE", `${API}/accounts/${encodeURIComponent(address)}`);
  }

  /** The user's devices, oldest first, the revoked ones included. */
  async devices(): Promise<wire.Device[]> {
    return (await this.#get<{ devices: wire.Device[] }>("/devices")).devices;
  }

  /** Revoke a device, at once and for good; with the last one nobody can act for this user any more. */
  async revokeDevice(uuid: string): Promise<{ devicesLeft: number }> {
    const answer = await this.#calls.call<{ devices_left: number }>("DELETE", `${API}/devices/${encodeURIComponent(uuid)}`);
    return { devicesLeft: answer.devices_left };
  }

  /** Invite one more device of this user. */
  invite(): Promise<wire.Invitation> {
    return this.#calls.call("POST", `${API}/devices/invitations`);
  }

  /** The apps that may push to this user, newest permission first. */
  permissions(): Promise<wire.Permission[]> {
    return this.#get("/third-party-permissions");
  }

  async revokePermission(app: string): Promise<void> {
    await this.#calls.call("DELETE", `${API}/third-party-permissions/${encodeURIComponent(app)}`);
  }

  /** Let an app's requests wake nobody, or again everybody. */
  async mute(app: string, muted: boolean): Promise<void> {
    await this.#calls.call(muted ? "PUT" : "DELETE", `${API}/third-party-permissions/${encodeURIComponent(app)}/mute`);
  }

  /** The xApps that this device may open, by identifier, 100 at a time; `next` goes on as `after`. */
  xapps(after?: string): Promise<{ xapps: wire.XappInfo[]; next: string | null }> {
    return this.#get(`/xapps${after === undefined ? "" : `?after=${encodeURIComponent(after)}`}`);
  }

  xappInfo(identifier: string): Promise<wire.XappInfo> {
    return this.#get(`/xapp/info/${encodeURIComponent(identifier)}`);
  }

  /** Open an xApp: the answer's `url` is where. Each launch has a token of its own. */
  launchXapp(identifier: string, order: wire.LaunchOrder): Promise<wire.Launch> {
    return this.#calls.call("POST", `${API}/xapp/launch/${encodeURIComponent(identifier)}`, order);
  }

  pushState(): Promise<wire.PushState> {
    return this.#get("/push-subscription");
  }

  /** Be woken there, and nowhere else: what `PushSubscription.toJSON()` gives. */
  subscribePush(subscription: PushSubscriptionJSON): Promise<wire.PushState> {
    return this.#calls.call("PUT", `${API}/push-subscription`, subscription);
  }

  async unsubscribePush(): Promise<void> {
    await this.#calls.call("DELETE", `${API}/push-subscription`);
  }

  ping(): Promise<wire.Pong> {
    return this.#calls.call("POST", `${API}/ping`);
  }

  /** Networks by their key; unsigned, public. */
  rails(): Promise<Record<string, wire.Rail>> {
    return fetchPublic(this.#at, `${API}/rails`);
  }

  /** Follow what happens to the user's requests, for as long as it takes. @returns how to stop */
  events(listener: (event: ServerEvent) => void): () => void {
    return new EventStream(
      (lastId, signal) => this.#calls.stream(`${API}/events`, lastId === null ? {} : { "last-event-id": lastId }, signal),
      listener,
    ).start();
  }

  #get<T>(path: string): Promise<T> {
    return this.#calls.call("GET", API + path);
  }

  async #keep(pairing: Pairing): Promise<void> {
    this.#pairing = pairing;
    const kept = await storage(() => findKept(this.#at));
    if (kept?.pairing?.device === pairing.device) await storage(() => keep(this.#at, { ...kept, pairing }));
  }
}

async function pair(at: string, kept: Kept | undefined, options: ConnectOptions): Promise<WalletServer> {
  const card = await fetchCard(at);
  const spare = kept?.pairing ? kept.next : kept?.key;
  const key = spare ? new DeviceKey(spare) : await DeviceKey.create();
  await storage(() => keep(at, kept?.pairing ? { ...kept, next: key.stored } : { key: key.stored, pairing: null, next: null }));
  const calls = new SignedCalls(at, signer(key, await key.thumbprint(), card.public_url));
  const introduction = {
    public_key: key.publicKey,
    name: (options.name ?? deviceName(navigator.userAgent)).slice(0, LONGEST_NAME),
    platform: "web",
    ...(options.invitation === undefined ? {} : { invitation: options.invitation }),
  };
  const paired = await calls.call<wire.Paired>("POST", `${API}/devices`, introduction);
  const pairing: Pairing = {
    device: paired.device.uuid,
    user: paired.user.uuid,
    issuer: paired.server.issuer,
    publicUrl: paired.server.public_url,
    viewKeys: [paired.server.view_key],
    card: paired.server,
  };
  await storage(() => keep(at, { key: key.stored, pairing, next: null }));
  return WalletServer.of(at, key, pairing);
}

const signer = (key: DeviceKey, keyid: string, publicUrl: string): Signer => ({ keyid, publicUrl, sign: (message) => key.sign(message) });

async function storage<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (problem) {
    throw new ServerUnusable("no_storage", problem instanceof Error ? problem.message : "");
  }
}
