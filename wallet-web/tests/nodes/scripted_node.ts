// A node on this machine, for tests of what is asked and of what is made of the answers.

import { type Peer, WebSocket, WebSocketServer } from "ws";

globalThis.WebSocket = WebSocket;

export type Members = Record<string, unknown>;
export type Says = (params: Members) => Members | "hang" | "drop";

/** A node that says what a test tells it to. */
export class ScriptedNode {
  readonly asked: string[] = [];
  says: Record<string, Says> = {
    server_info: () => ({ info: { network_id: 0 } }),
    fee: () => ({ drops: { base_fee: "10" } }),
    account_info: () => ({ account_data: { Sequence: 734, Balance: "25000000", OwnerCount: 2, Flags: 0 } }),
    ledger_current: () => ({ ledger_current_index: 1001 }),
    ledger: () => ({ ledger_index: 1000 }),
  };
  readonly #server = new WebSocketServer({ port: 0, host: "127.0.0.1" });

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.once("listening", resolve));
    this.#server.on("connection", (peer) => peer.on("message", (text) => this.#answer(peer, text.toString())));
    return this;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#server.address().port}`;
  }

  /** Say something without being asked. */
  tell(message: Members): void {
    for (const peer of this.#server.clients) peer.send(JSON.stringify(message));
  }

  /** End every connection, and take new ones. */
  hangUp(): void {
    for (const peer of this.#server.clients) peer.terminate();
  }

  stop(): void {
    for (const peer of this.#server.clients) peer.terminate();
    this.#server.close();
  }

  #answer(peer: Peer, text: string): void {
    const { id, command, ...params } = JSON.parse(text) as Members;
    this.asked.push(String(command));
    const said = this.says[String(command)]?.(params) ?? { error: "unknownCmd" };
    if (said === "hang") return;
    if (said === "drop") peer.terminate();
    else if ("error" in said) peer.send(JSON.stringify({ id, status: "error", ...said }));
    else peer.send(JSON.stringify({ id, status: "success", result: said }));
  }
}
