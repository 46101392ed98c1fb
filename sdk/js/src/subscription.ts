// A request followed to its end. The status socket is a hint, the request is the truth: whenever a socket ends, for
// whatever reason, the request is read, and only where that is open a new socket is opened.

import { aborted } from "./caller.js";
import { SealgateError } from "./errors.js";
import { host, pause, type Signal, type Socket, type SocketClass } from "./host.js";
import type { PayloadOut } from "./models.js";

/**
 * What happens to a request; not every one of them comes. `waiting` comes every 15 seconds, `contributed` for each of
 * several signers, the others once. `raw` is the message as the server sent it.
 */
export type StatusEvent =
  | { type: "waiting"; expiresIn_s: number; raw: RawStatus }
  | { type: "opened"; raw: RawStatus }
  | { type: "signing"; raw: RawStatus }
  | { type: "dispatched"; raw: RawStatus }
  | { type: "contributed"; collected: Readonly<Record<string, unknown>>; raw: RawStatus }
  | { type: "signed"; txid: string; raw: RawStatus }
  | { type: "rejected"; raw: RawStatus }
  | { type: "expired"; raw: RawStatus };

export type RawStatus = Readonly<Record<string, unknown>>;
export type StatusListener = (event: StatusEvent) => void;

export interface Subscription extends AsyncIterable<StatusEvent> {
  readonly uuid: string;
  /**
   * The request once it is over: signed, rejected, expired or cancelled; `meta` says which.
   * @throws SealgateError `aborted` after `close()`, or what reading it was refused for.
   */
  readonly resolved: Promise<PayloadOut>;
  /** Follow it no longer. The request itself stays as it is. */
  close(): void;
}

interface Followed {
  uuid: string;
  url: string;
  read(signal: Signal): Promise<PayloadOut>;
  listener?: StatusListener | undefined;
  /** Hears every message as it came, before `listener` hears what it means. */
  onMessage?: ((message: RawStatus) => void) | undefined;
  signal?: Signal | undefined;
}

/** The server says something every 15 seconds: after this long the connection is dead. */
const SILENCE_MS = 40_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8_000;

/** Follow a request; see `Subscription`. */
export function follow(asked: Followed): Subscription {
  const control = new host.AbortController();
  const stop = (): void => control.abort(asked.signal?.reason);
  if (asked.signal?.aborted) stop();
  asked.signal?.addEventListener("abort", stop);

  const heard: StatusEvent[] = [];
  let news = (): void => {};
  let over = false;
  const tell = (event: StatusEvent): void => {
    heard.push(event);
    news();
    asked.listener?.(event);
  };
  const resolved = untilOver(asked, control.signal, tell).finally(() => {
    over = true;
    news();
    asked.signal?.removeEventListener("abort", stop);
  });
  // Who only listens must not be punished for not awaiting it.
  resolved.catch(() => {});

  return {
    uuid: asked.uuid,
    resolved,
    close: () => control.abort(),
    async *[Symbol.asyncIterator]() {
      for (let next = 0; ; ) {
        while (next < heard.length) yield heard[next++] as StatusEvent;
        if (over) return void (await resolved);
        await new Promise<void>((resolve) => {
          news = resolve;
        });
      }
    },
  };
}

async function untilOver(asked: Followed, signal: Signal, tell: StatusListener): Promise<PayloadOut> {
  const told = new Set<string>();
  const once: StatusListener = (event) => {
    if (told.has(event.type)) return;
    if (event.type !== "waiting" && event.type !== "contributed") told.add(event.type);
    tell(event);
  };
  for (let lost = 0; ; ) {
    if (signal.aborted) throw aborted(signal);
    const heardSomething = await listen(await socketClass(), asked, signal, once);
    if (signal.aborted) throw aborted(signal);
    lost = heardSomething ? 0 : lost + 1;
    const payload = await asked.read(signal).catch((problem: unknown) => {
      // The server is away: the next socket will show when it is back.
      if (problem instanceof SealgateError && (problem.code === "network" || problem.code === "timeout" || (problem.status ?? 0) >= 500)) return null;
      throw problem;
    });
    if (payload && isOver(payload)) {
      once(endOf(payload));
      return payload;
    }
    const wait_ms = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** lost);
    await pause(wait_ms * (0.5 + Math.random() / 2), signal).catch(() => {
      throw aborted(signal);
    });
  }
}

/** Expired counts only while nobody has it open: opened in time, it may be signed for as long as that takes. */
function isOver({ meta }: PayloadOut): boolean {
  return meta.resolved || meta.cancelled || (meta.expired && !meta.app_opened);
}

function endOf(payload: PayloadOut): StatusEvent {
  const { meta, response } = payload;
  const raw = { fetched: true };
  if (!meta.resolved) return { type: "expired", raw };
  return meta.signed ? { type: "signed", txid: response.txid ?? "", raw } : { type: "rejected", raw };
}

/** Listen to one socket until it ends or tells the end. Resolves to whether it said anything at all. */
function listen(Class: SocketClass, asked: Followed, signal: Signal, tell: StatusListener): Promise<boolean> {
  return new Promise((resolve) => {
    let heardSomething = false;
    let silence: unknown;
    const socket = new Class(asked.url) as Socket;
    const end = (): void => {
      host.clearTimeout(silence);
      signal.removeEventListener("abort", end);
      socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
      socket.onerror = () => {};
      socket.close(1000);
      resolve(heardSomething);
    };
    const wait = (): void => {
      host.clearTimeout(silence);
      silence = host.setTimeout(end, SILENCE_MS);
    };
    wait();
    signal.addEventListener("abort", end);
    socket.onclose = end;
    socket.onerror = end;
    socket.onmessage = ({ data }) => {
      heardSomething = true;
      wait();
      const raw = parsed(data);
      if (!raw) return;
      asked.onMessage?.(raw);
      const event = readStatus(raw);
      if (event) tell(event);
      if (event?.type === "signed" || event?.type === "rejected" || event?.type === "expired") end();
    };
  });
}

function parsed(data: unknown): RawStatus | null {
  try {
    return JSON.parse(String(data)) as RawStatus | null;
  } catch {
    return null;
  }
}

function readStatus(raw: RawStatus): StatusEvent | null {
  if (typeof raw["signed"] === "boolean") {
    return raw["signed"] ? { type: "signed", txid: String(raw["txid"] ?? ""), raw } : { type: "rejected", raw };
  }
  if (raw["expired"]) return { type: "expired", raw };
  if (raw["opened"]) return { type: "opened", raw };
  if (raw["pre_signed"]) return { type: "signing", raw };
  if (raw["dispatched"]) return { type: "dispatched", raw };
  if (raw["collected"]) return { type: "contributed", collected: raw["collected"] as Record<string, unknown>, raw };
  const seconds = raw["expires_in_seconds"];
  return typeof seconds === "number" ? { type: "waiting", expiresIn_s: seconds, raw } : null;
}

let chosen: SocketClass | undefined;

/** Use another WebSocket class than the platform's. */
export function useSocketClass(Socket: SocketClass): void {
  chosen = Socket;
}

async function socketClass(): Promise<SocketClass> {
  const known = chosen ?? host.WebSocket;
  if (known) return known;
  // Node 20 has none. The file is no part of what browsers load.
  return (await import("./socket.js")).socketClass();
}
