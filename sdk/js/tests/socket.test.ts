import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { socketClass } from "../src/socket.js";
import type { Socket } from "../src/host.js";

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

/** A server that does the handshake and hands its end of the connection over. */
async function serverWith(connected: (connection: Duplex) => void, accept?: string): Promise<string> {
  const server = createServer((_, response) => response.writeHead(404).end());
  server.on("upgrade", ({ headers }, connection) => {
    const key = `${headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const proof = accept ?? createHash("sha1").update(key).digest("base64");
    connection.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${proof}\r\n\r\n`);
    connected(connection);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/sign/x`;
}

function frame(kind: number, payload: string | Buffer, { last = true } = {}): Buffer {
  const bytes = Buffer.from(payload);
  const head = bytes.length < 126 ? [bytes.length] : [126, bytes.length >> 8, bytes.length & 255];
  return Buffer.concat([Buffer.from([(last ? 128 : 0) | kind, ...head]), bytes]);
}

function listened(url: string): { socket: Socket; texts: unknown[]; closed: Promise<number | undefined> } {
  const socket = new (socketClass())(url) as Socket;
  const texts: unknown[] = [];
  socket.onmessage = ({ data }) => void texts.push(data);
  const closed = new Promise<number | undefined>((resolve) => {
    socket.onclose = ({ code }) => resolve(code);
  });
  return { socket, texts, closed };
}

describe("the socket of Node 20", () => {
  it("hears texts however they are cut, and the code of the end", async () => {
    const long = "é".repeat(400);
    const stream = Buffer.concat([
      frame(1, '{"a":1}'),
      frame(1, long),
      frame(1, "begin ", { last: false }),
      frame(9, "between"),
      frame(0, "end"),
      frame(2, "no text"),
      frame(8, Buffer.from([1000 >> 8, 1000 & 255])),
    ]);
    const url = await serverWith((connection) => {
      for (let at = 0; at < stream.length; at += 7) connection.write(stream.subarray(at, at + 7));
    });

    const { texts, closed } = listened(url);

    expect(await closed).toBe(1000);
    expect(texts).toEqual(['{"a":1}', long, "begin end"]);
  });

  it("answers a ping with its bytes, masked", async () => {
    const heard: Buffer[] = [];
    const answered = new Promise<void>((resolve) => {
      void serverWith((connection) => {
        connection.on("data", (bytes: Buffer) => {
          heard.push(bytes);
          resolve();
        });
        connection.write(frame(9, "hi"));
      }).then((url) => listened(url));
    });
    await answered;

    const [bytes] = heard as [Buffer];
    expect([...bytes.subarray(0, 2)]).toEqual([128 | 10, 128 | 2]);
    const mask = bytes.subarray(2, 6);
    expect(String.fromCharCode(...bytes.subarray(6, 8).map((byte, at) => byte ^ (mask[at] as number)))).toBe("hi");
  });

  it.each([
    ["a handshake that proves nothing", async () => serverWith(() => {}, "bm90aGluZw==")],
    ["a connection that is cut", async () => serverWith((connection) => connection.destroy())],
    ["a frame that a server must not send", async () => serverWith((connection) => connection.write(Buffer.from([129, 129, 0, 0, 0, 0, 65])))],
    ["an address without a socket", async () => (await serverWith(() => {})).replace("ws:", "ws:").replace(/:\d+/, ":9")],
  ])("ends after %s", async (_, open) => {
    const { closed, texts } = listened(await open());

    await closed;

    expect(texts).toEqual([]);
  });
});
