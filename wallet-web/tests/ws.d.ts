// The parts of `ws`, which comes with jsdom, that tests use: Node 20 has no WebSocket of its own.

declare module "ws" {
  export const WebSocket: typeof globalThis.WebSocket;
  export interface Peer {
    on(event: "message", listener: (data: { toString(): string }) => void): void;
    send(text: string): void;
    terminate(): void;
  }
  export class WebSocketServer {
    constructor(options: { port: number; host: string });
    address(): { port: number };
    on(event: "connection", listener: (peer: Peer) => void): void;
    once(event: "listening", listener: () => void): void;
    close(): void;
    readonly clients: Set<Peer>;
  }
}
