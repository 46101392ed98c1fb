// The nodes of one network, one connection at a time: what gives no answer is left for the next.

import { NodeRefused, NodeUnavailable } from "./errors";
import type { Network } from "./network";
import { type Answer, NodeSocket, type Params, SocketFailed } from "./socket";

const ANSWER_WITHIN_MS = 6_000;
/** Words of a node that cannot say: another one may. (xrpl.org "Error Formatting") */
const ASK_ANOTHER: ReadonlySet<string> = new Set([
  "slowDown", "tooBusy", "noNetwork", "noCurrent", "noClosed", "notSynced", "internal", "amendmentBlocked", "unknownCmd",
]);

export class NodePool {
  readonly #network: Network;
  readonly #within_ms: number;
  #at = 0;
  #open: Promise<NodeSocket> | null = null;
  #socket: NodeSocket | null = null;
  readonly #hearing = new Set<(message: Answer) => void>();

  constructor(network: Network, within_ms = ANSWER_WITHIN_MS) {
    this.#network = network;
    this.#within_ms = within_ms;
  }

  /** Address of the node that is asked first; empty without one. */
  get url(): string {
    return this.#network.endpoints[this.#at] ?? "";
  }

  /** Ask until one answers, each once. @throws NodeRefused, NodeUnavailable */
  async request(command: string, params: Params = {}): Promise<Answer> {
    let problem = "no node is known";
    for (let tries = 0; tries < this.#network.endpoints.length; tries += 1) {
      const open = this.#opened();
      const { url } = this;
      try {
        return await (await open).request(command, params);
      } catch (failed) {
        if (failed instanceof NodeRefused && !ASK_ANOTHER.has(failed.error)) throw failed;
        if (!(failed instanceof SocketFailed || failed instanceof NodeRefused)) throw failed;
        problem = `${url}: ${failed.message}`;
        // Of several questions that fail together only the first one leaves the node.
        if (this.#open === open) this.#leave();
      }
    }
    throw new NodeUnavailable(this.#network.key, problem);
  }

  /** Call the listener with what nodes say without being asked. Returns how to stop it. */
  hear(listener: (message: Answer) => void): () => void {
    this.#hearing.add(listener);
    return () => void this.#hearing.delete(listener);
  }

  /** Whether there is a connection that may be asked. */
  get isOpen(): boolean {
    return this.#socket?.isUsable === true;
  }

  /** Kept once the present connection has ended. */
  get ended(): Promise<void> {
    return this.#socket?.ended ?? Promise.resolve();
  }

  close(): void {
    this.#open = null;
    this.#socket?.close();
    this.#socket = null;
  }

  #opened(): Promise<NodeSocket> {
    if (this.#open !== null && (this.#socket === null || this.#socket.isUsable)) return this.#open;
    const open = this.#connect();
    this.#open = open;
    return open;
  }

  async #connect(): Promise<NodeSocket> {
    const socket = new NodeSocket(this.url, this.#within_ms, (message) => {
      for (const listener of this.#hearing) listener(message);
    });
    this.#socket = socket;
    const answer = await socket.request("server_info");
    const info = answer["info"];
    const said = typeof info === "object" && info !== null ? (info as Answer)["network_id"] : undefined;
    // Older nodes of the main network do not say.
    if (said !== undefined && said !== this.#network.networkId) {
      socket.close();
      throw new SocketFailed(`it is of network ${String(said).slice(0, 12)}`);
    }
    return socket;
  }

  #leave(): void {
    this.close();
    this.#at = (this.#at + 1) % this.#network.endpoints.length;
  }
}
