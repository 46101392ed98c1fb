// Server-sent events, followed for as long as somebody reads: a connection that breaks is made again, behind the last
// event that came. (WHATWG HTML, 9.2)

import { aborted, type Credentials, lostConnection, PASSING, refusalOf, type Wire } from "./caller.js";
import { SealgateError } from "./errors.js";
import { host, pause, type Signal } from "./host.js";

export interface StreamEvent {
  /** What the server numbered it with. */
  id: string | undefined;
  data: string;
}

/** The server says something every 15 seconds: after this long the connection is dead. */
const SILENCE_MS = 40_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8_000;

/**
 * Read a stream until the reader stops. A server that was never reached is tried as often as any call.
 *
 * @param after The id to go on behind.
 * @throws SealgateError what the server refuses; `aborted`; `network` where it was never there.
 */
export async function* eventsAt(
  wire: Wire,
  who: Credentials,
  path: string,
  after: string | undefined,
  signal: Signal | undefined,
): AsyncGenerator<StreamEvent, void, undefined> {
  const url = `${wire.url}/api/v1/${path}`;
  let wasThere = false;
  for (let lost = 0; ; lost++) {
    if (signal?.aborted) throw aborted(signal);
    const control = new host.AbortController();
    const end = (): void => control.abort();
    let silence: unknown;
    const patiently = async <T>(coming: Promise<T>): Promise<T> => {
      silence = host.setTimeout(end, SILENCE_MS);
      return coming.finally(() => host.clearTimeout(silence));
    };
    signal?.addEventListener("abort", end);
    try {
      const headers = { ...(await who.headers()), accept: "text/event-stream", ...(after === undefined ? {} : { "last-event-id": after }) };
      const answer = await patiently(wire.fetch(url, { headers, signal: control.signal }));
      if (answer.status !== 200) throw refusalOf(answer, await answer.text());
      if (!answer.body) throw new SealgateError("bad_answer", "This `fetch` hands out no streams.", { hint: "Use that of the platform." });
      wasThere = true;
      const reader = answer.body.getReader();
      const decoder = new host.TextDecoder();
      for (let rest = ""; ; ) {
        const { done, value } = await patiently(reader.read());
        if (done) break;
        lost = 0;
        const blocks = (rest + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/);
        rest = blocks.pop() as string;
        for (const block of blocks) {
          const { id, data } = fieldsOf(block);
          after = id ?? after;
          if (data !== undefined) yield { id: after, data };
        }
      }
    } catch (problem) {
      if (signal?.aborted) throw aborted(signal);
      const passing = problem instanceof SealgateError ? PASSING.has(problem.status ?? 0) : true;
      if (!passing || (!wasThere && lost >= wire.retries)) {
        throw problem instanceof SealgateError ? problem : lostConnection(url, problem);
      }
    } finally {
      signal?.removeEventListener("abort", end);
      end();
    }
    const wait_ms = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** lost);
    await pause(wait_ms * (0.5 + Math.random() / 2), signal).catch(() => {
      throw aborted(signal);
    });
  }
}

function fieldsOf(block: string): { id?: string; data?: string } {
  const fields: { id?: string; data?: string } = {};
  for (const line of block.split(/\r?\n/)) {
    const [, name, value = ""] = /^(id|data): ?(.*)$/.exec(line) ?? [];
    if (name === "id") fields.id = value;
    if (name === "data") fields.data = fields.data === undefined ? value : `${fields.data}\n${value}`;
  }
  return fields;
}
