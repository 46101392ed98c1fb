// The stream of server-sent events that wakes the wallet, by `fetch`: an EventSource cannot be signed for.

import { ServerRefused } from "./errors";
import type { NewsKind, ServerEvent } from "./events";

/** The server says something every 15 seconds; this long without is a dead connection. */
const SILENT_MS = 40_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** A tab that nobody sees lets go of its stream after this long: browsers allow few connections to one server. */
const UNSEEN_MS = 60_000;
const MOST_LINE_CHARS = 65_536;
const NEWS: ReadonlySet<string> = new Set<NewsKind>([
  "payload_created", "payload_listed", "payload_resolved", "payload_cancelled", "xapp_push",
]);

/** Opens the stream behind an event: null for from now on. @throws ServerRefused, Offline */
export type OpenStream = (lastId: string | null, signal: AbortSignal) => Promise<Response>;

interface Told {
  id: string;
  event: string;
  data: string;
}

/**
 * Follow the stream until stopped: taken up behind its last event whenever it ends, with longer waits while it fails.
 * A device that was revoked hears so, and nothing after it.
 */
export class EventStream {
  readonly #open: OpenStream;
  readonly #listener: (event: ServerEvent) => void;
  readonly #stopped = new AbortController();
  #lastId: string | null = null;
  #failures = 0;
  #wake: () => void = () => undefined;
  #connection: AbortController | null = null;

  constructor(open: OpenStream, listener: (event: ServerEvent) => void) {
    this.#open = open;
    this.#listener = listener;
  }

  /** Begin. @returns how to stop */
  start(): () => void {
    const again = (): void => this.#wake();
    const seen = (): void => this.#seen();
    globalThis.addEventListener?.("online", again);
    if (typeof document !== "undefined") document.addEventListener("visibilitychange", seen);
    void this.#run();
    return () => {
      globalThis.removeEventListener?.("online", again);
      if (typeof document !== "undefined") document.removeEventListener("visibilitychange", seen);
      this.#stopped.abort();
      this.#connection?.abort();
      this.#wake();
    };
  }

  async #run(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      if (isUnseen()) {
        await this.#rest(null);
        continue;
      }
      try {
        if (await this.#once()) return;
      } catch (problem) {
        if (this.#stopped.signal.aborted) return;
        if (problem instanceof ServerRefused && problem.isUnpaired) {
          this.#listener({ type: "revoked" });
          return;
        }
        this.#failures += 1;
      }
      if (this.#stopped.signal.aborted) return;
      if (isUnseen()) continue;
      const retryMs = this.#waitMs();
      this.#listener({ type: "lost", retryMs });
      await this.#rest(retryMs);
    }
  }

  /** Read one connection to its end; whether it was the last one. */
  async #once(): Promise<boolean> {
    const connection = new AbortController();
    this.#connection = connection;
    let silence = setTimeout(() => connection.abort(), SILENT_MS);
    try {
      const response = await this.#open(this.#lastId, connection.signal);
      for await (const told of eventsOf(response, () => {
        clearTimeout(silence);
        silence = setTimeout(() => connection.abort(), SILENT_MS);
      })) {
        if (this.#stopped.signal.aborted) return true;
        if (told.id !== "") this.#lastId = told.id;
        if (this.#tell(told)) return true;
      }
      return false;
    } finally {
      clearTimeout(silence);
      connection.abort();
      this.#connection = null;
    }
  }

  /** Pass an event on; whether it is the last one. */
  #tell(told: Told): boolean {
    const data = parsed(told.data);
    if (told.event === "ready") {
      this.#failures = 0;
      this.#listener({ type: "ready" });
    } else if (told.event === "resync") {
      this.#listener({ type: "resync" });
    } else if (told.event === "payload" && typeof data["uuid"] === "string" && NEWS.has(String(data["kind"]))) {
      this.#listener({ type: "payload", uuid: data["uuid"], kind: data["kind"] as NewsKind });
    } else if (told.event === "revoked") {
      this.#listener({ type: "revoked" });
      return true;
    }
    return false;
  }

  #waitMs(): number {
    const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#failures, 8));
    // Apart from each other, so that a server that comes back is not met by everybody at once.
    return Math.round(longest / 2 + (Math.random() * longest) / 2);
  }

  /** Wait, until woken where no time is given. */
  #rest(ms: number | null): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === null ? undefined : setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#stopped.signal.aborted) this.#wake();
    });
  }

  #seen(): void {
    if (!isUnseen()) this.#wake();
    else setTimeout(() => isUnseen() && this.#connection?.abort(), UNSEEN_MS);
  }
}

const isUnseen = (): boolean => typeof document !== "undefined" && document.visibilityState === "hidden";

/** The events of an answer, in order; `heard` is called for whatever comes, comments included. (WHATWG HTML, 9.2.6) */
export async function* eventsOf(response: Response, heard: () => void = () => undefined): AsyncGenerator<Told> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let told: Told = { id: "", event: "", data: "" };
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      heard();
      const lines = (rest + value).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? "";
      if (rest.length > MOST_LINE_CHARS) throw new Error("a line without end");
      for (const line of lines) {
        if (line === "") {
          if (told.event !== "") yield told;
          told = { id: "", event: "", data: "" };
          continue;
        }
        const [, name, text] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
        if (name === "id" || name === "event") told[name] = text ?? "";
        else if (name === "data") told.data = told.data === "" ? (text ?? "") : `${told.data}\n${text ?? ""}`;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
