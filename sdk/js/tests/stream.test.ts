import { describe, expect, it } from "vitest";
import type { Credentials, Wire } from "../src/caller.js";
import type { FetchInit } from "../src/host.js";
import { eventsAt } from "../src/stream.js";

const APP: Credentials = { family: "platform", headers: async () => ({ "x-api-key": "k" }), renew: async () => false };

/** A server that says these things in one connection after the other; an Error is one that breaks, null one that stays. */
function serverOf(...connections: (Error | number | (string | Error | null)[])[]): Wire & { asked: FetchInit[] } {
  const asked: FetchInit[] = [];
  const fetch = async (_url: string, init: FetchInit) => {
    const said = connections[asked.push(init) - 1];
    if (said === undefined) throw new Error("asked once too often");
    if (said instanceof Error) throw said;
    const headers = { get: () => null };
    if (typeof said === "number") return { status: said, headers, text: async () => '{"error":{"code":813,"reference":"r","message":"no"}}' };
    const body = new ReadableStream<Uint8Array>({
      start(stream) {
        init.signal?.addEventListener("abort", () => stream.error(new Error("aborted")));
      },
      pull(stream) {
        const next = said.shift();
        if (next === undefined) stream.close();
        else if (next instanceof Error) stream.error(next);
        else if (next !== null) stream.enqueue(new TextEncoder().encode(next));
      },
    });
    return { status: 200, headers, body, text: async () => "" };
  };
  return { url: "https://sign.example.org", timeoutMs: 1_000, retries: 1, fetch, asked };
}

const follow = (wire: Wire, after?: string, signal?: AbortSignal) => eventsAt(wire, APP, "platform/events", after, signal);

describe("a stream of events", () => {
  it("goes on behind the last event where its connection broke, however the pieces came", async () => {
    const server = serverOf(
      ["id: 4\n\n", ": comment\n\nid: 5\nevent: x\nda", 'ta: {"a":\ndata: 1}\n\n', new Error("broke")],
      new TypeError("away"),
      503,
      ["id: 6\r\ndata: 2\r\n\r\n"],
    );
    const events = follow(server, "3");

    expect((await events.next()).value).toEqual({ id: "5", data: '{"a":\n1}' });
    expect((await events.next()).value).toEqual({ id: "6", data: "2" });

    expect(server.asked.map(({ headers }) => headers?.["last-event-id"])).toEqual(["3", "5", "5", "5"]);
  });

  it("begins now where nothing is known, and behind what the server says where that breaks", async () => {
    const server = serverOf(["id: 4\n\n"], ["id: 5\ndata: 1\n\n"]);

    await follow(server).next();

    expect(server.asked.map(({ headers }) => headers?.["last-event-id"])).toEqual([undefined, "4"]);
  });

  it("is refused at once for what does not pass", async () => {
    await expect(follow(serverOf(403)).next()).rejects.toMatchObject({ code: 813, status: 403, reference: "r" });
  });

  it("is given up where the server was never there", async () => {
    await expect(follow(serverOf(new TypeError("no"), new TypeError("no"))).next()).rejects.toMatchObject({ code: "network" });
  });

  it("ends by its signal, and its connection with it", async () => {
    const control = new AbortController();
    const server = serverOf(["id: 5\ndata: 1\n\n", null]);
    const events = follow(server, "4", control.signal);
    await events.next();
    const next = events.next();

    control.abort();

    await expect(next).rejects.toMatchObject({ code: "aborted" });
    expect(server.asked[0]?.signal?.aborted).toBe(true);
  });

  it("ends its connection where the reader leaves", async () => {
    const server = serverOf(["id: 5\ndata: 1\n\n", null]);

    for await (const _ of follow(server, "4")) break;

    expect(server.asked[0]?.signal?.aborted).toBe(true);
  });
});
