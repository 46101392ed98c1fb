// Sign requests: made, read, withdrawn, followed to their end.

import { type Call, type CallOptions, call, type Credentials, type Wire } from "./caller.js";
import { SealgateError } from "./errors.js";
import { host } from "./host.js";
import type { CancelOut, CustomMetaIn, OptionsIn, PayloadCreated, PayloadOut, ReceiptOut } from "./models.js";
import { follow, type RawStatus, type StatusListener, type Subscription } from "./subscription.js";
import type { TransactionOf } from "./transactions.js";

/** What is asked for beside the transaction. */
export interface RequestFields {
  options?: OptionsIn;
  custom_meta?: CustomMetaIn;
  /** Sends the request to the user behind it; back ends only, a user's own requests go to that user. */
  user_token?: string;
}

/** A sign request: a transaction to fill in and sign, or one in the ledger's binary format, as hex. */
export type PayloadRequest<T extends string = string> = RequestFields &
  ({ txjson: { TransactionType: T } & TransactionOf<T> } | { txblob: string });

export interface CreateOptions extends CallOptions {
  /**
   * A repeated creation with the same key and body, within 24 hours, makes nothing and answers the same. One is made up
   * for every call, so that a call whose answer was lost is safely tried again; give your own to be safe across restarts.
   */
  idempotencyKey?: string;
}

export interface SubscribeOptions extends CallOptions {
  /** Hears every message of the status socket as it came. */
  onMessage?: (message: RawStatus) => void;
}

/** A request by its UUID, or whatever carries it. */
export type PayloadRef = string | { uuid: string } | { meta: { uuid: string } };

export class Payloads {
  readonly #wire: Wire;
  readonly #who: Credentials;

  /** @internal */
  constructor(wire: Wire, who: Credentials) {
    this.#wire = wire;
    this.#who = who;
  }

  /**
   * Ask for a signature. Takes a transaction alone as well.
   *
   * @throws SealgateError 602, 603 and others where the transaction is none; `pointer` says where.
   */
  create<T extends string>(
    request: ({ TransactionType: T } & TransactionOf<T>) | PayloadRequest<T>,
    options: CreateOptions = {},
  ): Promise<PayloadCreated> {
    if (typeof request !== "object" || request === null) return Promise.reject(noRequest(request));
    const body = "TransactionType" in request ? { txjson: request } : request;
    return this.#call({
      method: "POST",
      path: "payload",
      body,
      headers: { "idempotency-key": options.idempotencyKey ?? uniqueText() },
      repeatable: true,
      signal: options.signal,
    });
  }

  /** Read a request of this app. @throws SealgateError 404 where there is none. */
  async get(payload: PayloadRef, options: CallOptions = {}): Promise<PayloadOut> {
    return this.#call({ path: `payload/${uuidOf(payload)}`, ...options });
  }

  /** Read a request by the `custom_meta.identifier` that it was given. @throws SealgateError 409 where there is none. */
  getByIdentifier(identifier: string, options: CallOptions = {}): Promise<PayloadOut> {
    return this.#call({ path: `payload/ci/${encodeURIComponent(identifier)}`, ...options });
  }

  /** Withdraw a request that no wallet has opened; `result.reason` says why where that came too late. */
  async cancel(payload: PayloadRef, options: CallOptions = {}): Promise<CancelOut> {
    return this.#call({ method: "DELETE", path: `payload/${uuidOf(payload)}`, ...options });
  }

  /** Fetch the signed statement of what became of a transaction; back ends only. */
  async receipt(payload: PayloadRef, options: CallOptions = {}): Promise<ReceiptOut> {
    return this.#call({ family: "platform", path: `payload/${uuidOf(payload)}/receipt`, ...options });
  }

  /** Follow a request to its end: by a listener, as an async iterable, or by awaiting `resolved`. */
  subscribe(payload: PayloadRef, listener?: StatusListener, options: SubscribeOptions = {}): Subscription {
    const uuid = uuidOf(payload);
    return follow({
      uuid,
      url: `${this.#wire.url.replace(/^http/, "ws")}/sign/${uuid}`,
      read: (signal) => this.get(uuid, { signal }),
      listener,
      onMessage: options.onMessage,
      signal: options.signal,
    });
  }

  /** Ask for a signature and follow the request. */
  async createAndSubscribe<T extends string>(
    request: ({ TransactionType: T } & TransactionOf<T>) | PayloadRequest<T>,
    listener?: StatusListener,
    options: CreateOptions & SubscribeOptions = {},
  ): Promise<Subscription & { readonly created: PayloadCreated }> {
    const created = await this.create<T>(request, options);
    return Object.assign(this.subscribe(created, listener, options), { created });
  }

  #call<T>(asked: Call): Promise<T> {
    return call<T>(this.#wire, this.#who, asked);
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function uuidOf(payload: PayloadRef): string {
  // What a program in JavaScript hands over may be anything.
  const { uuid, meta } = Object(payload) as { uuid?: unknown; meta?: { uuid?: unknown } };
  const text = String(typeof payload === "string" ? payload : (uuid ?? meta?.uuid));
  if (!UUID.test(text)) {
    throw new SealgateError("configuration", `${text} is not the UUID of a request.`, { hint: "Give what `create` answered, or its `uuid`." });
  }
  return text.toLowerCase();
}

function noRequest(given: unknown): SealgateError {
  return new SealgateError("configuration", `${given} is no request.`, { hint: 'Give a transaction, such as { TransactionType: "SignIn" }.' });
}

/** Not a secret: only to be told apart from every other. */
function uniqueText(): string {
  const bytes = host.crypto?.getRandomValues(new Uint8Array(16));
  if (bytes) return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${Date.now()}-${Math.random()}-${Math.random()}`;
}
