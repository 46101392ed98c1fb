// `payload` as the package has it: a refusal is null unless errors are asked for, a subscription ends by its callback.

import type { CancelOut, PayloadCreated, PayloadOut } from "../models.js";
import type { PayloadRequest } from "../payloads.js";
import type { Sealgate } from "../sealgate.js";
import type { RawStatus } from "../subscription.js";

export type AnyJson = Record<string, unknown>;
export type CreatePayload = PayloadRequest | ({ TransactionType: string } & AnyJson);

export interface SubscriptionCallbackParams {
  uuid: string;
  data: RawStatus;
  resolve: (data?: unknown) => void;
  payload: PayloadOut;
}

export type onPayloadEvent = (event: SubscriptionCallbackParams) => unknown;

export interface PayloadSubscription {
  payload: PayloadOut;
  /** What the callback returned, or handed to `resolve`; rejects with what it threw. */
  resolved: Promise<unknown> | undefined;
  resolve: (data?: unknown) => void;
  websocket: { close(): void };
}

export interface PayloadAndSubscription extends PayloadSubscription {
  created: PayloadCreated;
}

type Ref = string | { uuid: string } | { meta: { uuid: string } };

export class Payload {
  readonly #client: () => Promise<Sealgate>;

  constructor(client: () => Promise<Sealgate>) {
    this.#client = client;
  }

  async create(payload: CreatePayload, returnErrors = false): Promise<PayloadCreated | null> {
    const { payloads } = await this.#client();
    return orNull(payloads.create(payload as { TransactionType: string }), returnErrors);
  }

  async get(payload: Ref, returnErrors = false): Promise<PayloadOut | null> {
    const { payloads } = await this.#client();
    return orNull(payloads.get(payload), returnErrors);
  }

  async cancel(payload: Ref, returnErrors = false): Promise<CancelOut | null> {
    const { payloads } = await this.#client();
    return orNull(payloads.cancel(payload), returnErrors);
  }

  async subscribe(payload: Ref, callback?: onPayloadEvent): Promise<PayloadSubscription> {
    const { payloads } = await this.#client();
    const known = typeof payload === "object" && "payload" in payload ? (payload as PayloadOut) : await payloads.get(payload);
    let resolve = (_data?: unknown): void => {};
    let fail = (_problem: unknown): void => {};
    const resolved = new Promise<unknown>((settle, reject) => {
      fail = reject;
      resolve = (data) => {
        followed.close();
        settle(data);
      };
    });
    const handed: PayloadSubscription = { payload: known, resolved: callback && resolved, resolve, websocket: { close: () => followed.close() } };
    // Each is told in its turn, as what was read for the one before must be there for it.
    let turn: Promise<unknown> = Promise.resolve();
    let isOver = false;
    const tell = async (data: RawStatus): Promise<void> => {
      if (!callback || "devapp_fetched" in data) return;
      isOver ||= "signed" in data || "expired" in data;
      if (isOver) handed.payload = await payloads.get(known).catch(() => handed.payload);
      try {
        const said = await callback({ uuid: known.meta.uuid, data, resolve, payload: handed.payload });
        if (said !== undefined) resolve(said);
      } catch (problem) {
        followed.close();
        fail(problem);
      }
    };
    const followed = payloads.subscribe(known, undefined, {
      onMessage: (data) => {
        turn = turn.then(() => tell(data));
      },
    });
    // The end may have come while no socket was open.
    const tellEnd = (payload: PayloadOut): void => {
      turn = turn.then(() => (isOver ? undefined : tell(endOf(payload))));
    };
    followed.resolved.then(tellEnd, () => {});
    return handed;
  }

  /** A request by its UUID, or by what has it. */
  resolvePayload(payload: Ref): Promise<PayloadOut | null> {
    return this.get(payload, true);
  }

  async createAndSubscribe(payload: CreatePayload, callback?: onPayloadEvent): Promise<PayloadAndSubscription> {
    const created = (await this.create(payload, true)) as PayloadCreated;
    return Object.assign(await this.subscribe(created, callback), { created });
  }
}

function endOf({ meta, response }: PayloadOut): RawStatus {
  if (!meta.resolved) return { expired: true };
  return { payload_uuidv4: meta.uuid, signed: meta.signed, txid: response.txid ?? "" };
}

function orNull<T>(answer: Promise<T>, returnErrors: boolean): Promise<T | null> {
  return returnErrors ? answer : answer.catch(() => null);
}
