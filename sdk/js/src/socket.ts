// A WebSocket for Node 20, which has none of its own: it hears text and answers pings, which is all that a status
// socket needs. (RFC 6455) Its file is loaded where it is needed alone; Node 22 brings the platform's.

import { SealgateError } from "./errors.js";
import { host, type Socket, type SocketClass } from "./host.js";

interface Bytes extends Uint8Array {
  toString(encoding?: string): string;
  readUInt16BE(at: number): number;
  readUInt32BE(at: number): number;
  subarray(from: number, to?: number): Bytes;
}

interface Connection {
  on(event: string, listener: (...what: never[]) => void): this;
  write(bytes: Uint8Array): void;
  end(bytes?: Uint8Array): void;
  destroy(): void;
}

interface Http {
  get(url: string, options: { headers: Record<string, string> }): Connection;
}

interface Crypto {
  createHash(name: string): { update(text: string): { digest(encoding: string): string } };
}

interface NodeBuffer {
  concat(parts: Uint8Array[]): Bytes;
}

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
/** The longest status message carries an app's own notes, 1,500 characters of them. */
const LONGEST = 1 << 20;
const KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

class NodeSocket implements Socket {
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  onerror: Socket["onerror"] = null;
  readonly #request: Connection;
  #connection: Connection | undefined;
  #buffer: Bytes = Buffers.concat([]);
  #text: Bytes[] = [];
  #code = 1006;
  #ended = false;

  constructor(url: string) {
    const http = builtin(url.startsWith("wss:") ? "node:https" : "node:http") as Http;
    const key = host.btoa(String.fromCharCode(...random(16)));
    const headers = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13", "sec-websocket-key": key };
    this.#request = http.get(url.replace(/^ws/, "http"), { headers });
    this.#request.on("error", () => this.#end());
    this.#request.on("response", () => this.close());
    this.#request.on("upgrade", (answer: { headers: Record<string, string> }, connection: Connection, head: Bytes) => {
      connection.on("error", () => this.#end());
      connection.on("close", () => this.#end());
      if (this.#ended || answer.headers["sec-websocket-accept"] !== acceptOf(key)) return connection.destroy();
      this.#connection = connection;
      this.onopen?.();
      this.#hear(head);
      connection.on("data", (bytes: Bytes) => this.#hear(bytes));
    });
  }

  close(code = 1000): void {
    if (this.#connection) this.#connection.end(frame(CLOSE, Uint8Array.of(code >> 8, code & 255)));
    else this.#request.destroy();
    this.#end();
  }

  #hear(bytes: Bytes): void {
    this.#buffer = Buffers.concat([this.#buffer, bytes]);
    for (;;) {
      const [first, second] = this.#buffer;
      if (first === undefined || second === undefined) return;
      // Frames of a server are not masked, and what is longer than 64 KiB is no status message.
      const short = second & 127;
      const header = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (this.#buffer.length < header) return;
      const length = short === 126 ? this.#buffer.readUInt16BE(2) : short === 127 ? this.#buffer.readUInt32BE(6) : short;
      if (second & 128 || length > LONGEST) return this.close(1002);
      if (this.#buffer.length < header + length) return;
      const payload = this.#buffer.subarray(header, header + length);
      this.#buffer = this.#buffer.subarray(header + length);
      this.#take(first & 15, (first & 128) !== 0, payload);
      if (this.#ended) return;
    }
  }

  #take(kind: number, last: boolean, payload: Bytes): void {
    if (kind === PING) return this.#connection?.write(frame(PONG, payload));
    if (kind === CLOSE) {
      this.#code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      return this.close();
    }
    if (kind > TEXT) return;
    this.#text.push(payload);
    if (!last) return;
    const data = Buffers.concat(this.#text).toString("utf8");
    this.#text = [];
    this.onmessage?.({ data });
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.onclose?.({ code: this.#code });
  }
}

/** A frame of a client's: short, and masked as all of them must be. */
function frame(kind: number, payload: Uint8Array): Uint8Array {
  const mask = random(4);
  const masked = payload.map((byte, at) => byte ^ (mask[at % 4] as number));
  return Uint8Array.of(128 | kind, 128 | payload.length, ...mask, ...masked);
}

/** What only a server says that has understood the handshake. */
function acceptOf(key: string): string {
  return (builtin("node:crypto") as Crypto).createHash("sha1").update(key + KEY_SUFFIX).digest("base64");
}

function random(length: number): Uint8Array {
  return (host.crypto as NonNullable<typeof host.crypto>).getRandomValues(new Uint8Array(length));
}

function builtin(name: string): unknown {
  // Asked for by name at run time: a bundler for browsers finds nothing here to complain about.
  return host.process?.getBuiltinModule?.(name);
}

const Buffers = (host as unknown as { Buffer: NodeBuffer }).Buffer;

/** Return the class. @throws SealgateError `no_websocket` where this is no Node, or one before 20.16. */
export function socketClass(): SocketClass {
  if (builtin("node:http")) return NodeSocket;
  throw new SealgateError("no_websocket", "There is no WebSocket here.", {
    hint: "Use Node 20.16 or newer, or give a class as the option `WebSocket`, such as that of the package ws.",
  });
}
