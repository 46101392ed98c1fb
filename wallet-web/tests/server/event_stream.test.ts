import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ServerRefused, type ServerEvent } from "../../src/server";
import { EventStream, eventsOf } from "../../src/server/event_stream";

const READY = 'event: ready\nid: 1\ndata: {"device":"d"}\n\n';
const news = (id: number, uuid: string): string => `event: payload\nid: ${id}\ndata: {"uuid":"${uuid}","kind":"payload_created"}\n\n`;

/** An answer that comes in these pieces; it ends, or stays open until aborted. */
function streamOf(pieces: string[], signal?: AbortSignal): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      if (signal === undefined) controller.close();
      else signal.addEventListener("abort", () => controller.error(new DOMException("aborted", "AbortError")));
    },
  });
  return new Response(body);
}

describe("what comes", () => {
  it("is read whole, however it is cut, with comments and other line ends passed over", async () => {
    const pieces = ["retry: 2000\r\n\r\n: hello\n\nevent: pay", 'load\r\nid: 7\ndata: {"a":\ndata: 1}\n', "\n", "data: nobody's\n\n"];

    const told = [];
    for await (const one of eventsOf(streamOf(pieces))) told.push(one);

    expect(told).toEqual([{ event: "payload", id: "7", data: '{"a":\n1}' }]);
  });
});

describe("a stream", () => {
  let stop: () => void = () => undefined;
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => {
    stop();
    vi.useRealTimers();
  });

  function follow(open: (lastId: string | null, signal: AbortSignal) => Promise<Response>): { told: ServerEvent[]; lastIds: (string | null)[] } {
    const told: ServerEvent[] = [];
    const lastIds: (string | null)[] = [];
    stop = new EventStream(
      (lastId, signal) => {
        lastIds.push(lastId);
        return open(lastId, signal);
      },
      (event) => told.push(event),
    ).start();
    return { told, lastIds };
  }

  it("that breaks off is taken up behind its last event", async () => {
    const answers = [streamOf([READY, news(2, "a")])];
    const { told, lastIds } = follow(async (_, signal) => answers.shift() ?? streamOf([READY, news(3, "b")], signal));

    await vi.advanceTimersByTimeAsync(2_000);

    expect(lastIds).toEqual([null, "2"]);
    expect(told.filter((one) => one.type === "payload").map((one) => one.uuid)).toEqual(["a", "b"]);
    expect(told.filter((one) => one.type === "lost")).toHaveLength(1);
  });

  it("that does not come is tried again, each time later, a minute apart at most", async () => {
    const { told } = follow(() => Promise.reject(new TypeError("no network")));

    await vi.advanceTimersByTimeAsync(600_000);

    const waits = told.map((one) => (one.type === "lost" ? one.retryMs : 0));
    expect(waits[0]).toBeLessThanOrEqual(2_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(60_000);
    expect(waits.at(-1)).toBeGreaterThanOrEqual(30_000);
  });

  it("that falls silent is a dead connection", async () => {
    const { told, lastIds } = follow(async (_, signal) => streamOf([READY], signal));

    await vi.advanceTimersByTimeAsync(45_000);

    expect(lastIds.length).toBeGreaterThan(1);
    expect(told.map((one) => one.type)).toContain("lost");
  });

  it("of a revoked device tells so, and is not opened again", async () => {
    for (const open of [async () => streamOf(["event: revoked\nid: 4\ndata: {}\n\n"]), () => Promise.reject(new ServerRefused(401, 823, "", "", null))]) {
      const { told, lastIds } = follow(open);

      await vi.advanceTimersByTimeAsync(120_000);

      expect(told).toEqual([{ type: "revoked" }]);
      expect(lastIds).toHaveLength(1);
    }
  });

  it("that is stopped says nothing more", async () => {
    const { told, lastIds } = follow(async (_, signal) => streamOf([READY], signal));
    await vi.advanceTimersByTimeAsync(10);
    told.length = 0;

    stop();
    await vi.advanceTimersByTimeAsync(120_000);

    expect(told).toEqual([]);
    expect(lastIds).toHaveLength(1);
  });
});
