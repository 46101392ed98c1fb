// One connection to one node: questions by number, answers in any order. (xrpl.org "Request Formatting")

import { NodeRefused } from "./errors";

export type Params = Record<string, unknown>;
/** What a node answers: nothing in it can be relied on. */
export type Answer = Record<string, unknown>;

/** The connection gives no answer: not opened, closed, silent, or not speaking the language. */
export class SocketFailed extends Error {
  override readonly name = "SocketFailed";
}

interface Question {
  resolve: (answer: Answer) => void;
  reject: (problem: Error) => void;
  late: ReturnType<typeof setTimeout>;
}

const MOST_CHARS = 8_000_000;

export class NodeSocket {
  readonly #socket: WebSocket;
  readonly #within_ms: number;
  readonly #asked = new Map<number, Question>();
  readonly #opened: Promise<void>;
  readonly #told: (message: Answer) => void;
  #end: () => void = () => undefined;
  /** Kept once the connection has ended, for whatever reason. */
  readonly ended = new Promise<void>((resolve) => {
    this.#end = resolve;
  });
  #refuse: (problem: Error) => void = () => undefined;
  #next = 1;
  #failure: SocketFailed | null = null;

  /**
   * Connect.
   *
   * @param within_ms Longest time for opening, and for each answer.
   * @param told Called with what the node says without being asked.
   */
  constructor(url: string, within_ms: number, told: (message: Answer) => void = () => undefined) {
    this.#within_ms = within_ms;
    this.#told = told;
    this.#socket = new WebSocket(url);
    this.#opened = new Promise((resolve, reject) => {
      const late = setTimeout(() => this.#fail("it does not open"), within_ms);
      this.#refuse = (problem) => {
        clearTimeout(late);
        reject(problem);
      };
      this.#socket.onopen = () => {
        clearTimeout(late);
        resolve();
      };
    });
    // Whoever asks hears of it; nobody may have asked yet.
    this.#opened.catch(() => undefined);
    this.#socket.onmessage = (message: MessageEvent<unknown>) => this.#heard(message.data);
    this.#socket.onerror = () => this.#fail("the connection failed");
    this.#socket.onclose = () => this.#fail("the connection was closed");
  }

  /** Whether it may still be asked. */
  get isUsable(): boolean {
    return this.#failure === null;
  }

  /** Ask and return the result. @throws NodeRefused, SocketFailed */
  async request(command: string, params: Params = {}): Promise<Answer> {
    await this.#opened;
    if (this.#failure !== null) throw this.#failure;
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      // What hung once may hang for ever: the next question gets a connection of its own.
      const late = setTimeout(() => this.#fail(`no answer to ${command}`), this.#within_ms);
      this.#asked.set(id, { resolve, reject, late });
      this.#socket.send(JSON.stringify({ ...params, id, command }));
    });
  }

  close(): void {
    this.#fail("closed by the wallet");
  }

  #heard(data: unknown): void {
    const told = typeof data === "string" && data.length <= MOST_CHARS ? parsed(data) : null;
    if (told !== null && told["id"] === undefined) this.#told(told);
    const question = told === null ? undefined : this.#asked.get(Number(told["id"]));
    if (told === null || question === undefined) return;
    this.#asked.delete(Number(told["id"]));
    clearTimeout(question.late);
    const result = told["result"];
    if (told["status"] === "success" && typeof result === "object" && result !== null) question.resolve(result as Answer);
    else question.reject(new NodeRefused(typeof told["error"] === "string" ? told["error"].slice(0, 64) : "unknown"));
  }

  #fail(reason: string): void {
    if (this.#failure !== null) return;
    this.#failure = new SocketFailed(reason);
    this.#end();
    this.#refuse(this.#failure);
    for (const question of this.#asked.values()) {
      clearTimeout(question.late);
      question.reject(this.#failure);
    }
    this.#asked.clear();
    this.#socket.close();
  }
}

function parsed(text: string): Params | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Params) : null;
  } catch {
    return null;
  }
}
